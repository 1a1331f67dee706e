/** An MCP server with one tool, "paint_it", in words of sh: it reads a line for each message. */
const server = `#!/bin/sh
tool='{"name":"paint_it","description":"paints","inputSchema":{"type":"object","properties":{"color":{"type":"string"}}}}'
version='"protocolVersion":"2025-06-18"'
while read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
  case $line in
    *'"initialize"'*) result="{$version,\\"capabilities\\":{\\"tools\\":{}},\\"serverInfo\\":{\\"name\\":\\"odd\\",\\"version\\":\\"1\\"}}" ;;
    *'"tools/list"'*) result="{\\"tools\\":[$tool]}" ;;
    *'"tools/call"'*) result='{"content":[{"type":"text","text":"painted"}]}' ;;
    *) result='{}' ;;
  esac
  if [ -n "$id" ]; then printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$result"; fi
done
`;

const path = "/home/thopter/odd-server.sh";

/** The commands that put the server into a home, and name it to an agent. */
export function withOddServer(config: (command: string) => string): string {
  const encoded = Buffer.from(server).toString("base64");
  return `echo ${encoded} | base64 -d >${path} && chmod +x ${path} && ${config(path)}`;
}
