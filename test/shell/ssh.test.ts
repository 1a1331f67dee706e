import { describeShellContract } from "../contracts/shell-contract.ts";
import { openShell } from "./ssh-fixture.ts";
import { startSshd } from "./sshd.ts";

describeShellContract("shell over SSH", {
  create: async () => openShell(await startSshd()),
  endsEscapees: true,
});
