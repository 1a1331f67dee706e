/** How the page looks. */
export const pageStyle = `
* { box-sizing: border-box; }
body { margin: 0; display: flex; height: 100vh; font: 15px/1.46 system-ui, sans-serif; color: #1d1c1d; }
h1 { font-size: 17px; }
nav { width: 220px; padding: 8px 14px; background: #3f0e40; color: #fff; }
nav ul { list-style: none; padding: 0; }
nav li button { all: unset; box-sizing: border-box; cursor: pointer; padding: 2px 8px; display: block; width: 100%; }
nav li button[aria-current="true"] { background: #1164a3; border-radius: 6px; }
nav select { width: 100%; }
main { flex: 1; display: flex; flex-direction: column; min-width: 0; }
#messages { flex: 1; overflow: auto; padding: 16px; }
article { padding: 6px 0; border-bottom: 1px solid #eee; overflow-wrap: anywhere; }
article.only-mine { background: #f8f8f8; }
article.in-thread { margin-left: 32px; padding-left: 12px; border-left: 3px solid #ddd; }
article .answer { all: unset; cursor: pointer; font-size: 13px; color: #1264a3; margin-left: 8px; opacity: 0; }
article:hover .answer, article .answer:focus-visible { opacity: 1; }
.error { color: #b3261e; font-size: 13px; margin: 4px 0 0; }
article small { color: #616061; margin-left: 6px; }
#typing { display: flex; gap: 8px; padding: 12px; }
#text { flex: 1; min-width: 0; padding: 8px 12px; font: inherit; border: 1px solid #8d8d8d; border-radius: 8px; }
#typing .s-button { height: auto; }
#notice { min-height: 1.5em; margin: 0; padding: 0 16px; color: #b3261e; white-space: pre-line; }
aside { width: 380px; overflow: auto; padding: 12px; border-left: 1px solid #ddd; }
.modal { position: fixed; inset: 0; background: #0008; display: grid; place-items: center; }
.modal > form { background: #fff; width: 520px; max-height: 90vh; overflow: auto; padding: 20px; border-radius: 8px; }
.modal footer { display: flex; gap: 8px; justify-content: flex-end; margin-top: 12px; }
pre { white-space: pre-wrap; background: #f8f8f8; border: 1px solid #ddd; padding: 8px; }
`;
