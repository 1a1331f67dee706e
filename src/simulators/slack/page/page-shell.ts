/** The page before its script has filled it. */
export const pageShell = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slack, simulated</title>
<link rel="stylesheet" href="/page/style.css">
<script src="/page/script.js" defer></script>
</head>
<body>
<nav>
<h1>Slack, simulated</h1>
<label>You are <select id="people"></select></label>
<ul id="channels"></ul>
<button id="home-button" type="button">App Home</button>
</nav>
<main>
<section id="messages" aria-live="polite"></section>
<p id="notice" role="status"></p>
<form id="typing">
<input id="text" autocomplete="off" aria-label="Message" placeholder="/thopter help">
<button class="s-button s-primary">Send</button>
</form>
</main>
<aside id="home" hidden></aside>
<div id="modals"></div>
</body>
</html>
`;
