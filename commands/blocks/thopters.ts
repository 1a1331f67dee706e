import type {
  Button,
  DataTableBlock,
  KnownBlock,
  RawNumberElement,
  RawTextElement,
  TableBlock,
} from "@slack/types";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { repositoryWords, span, standingOf } from "../../src/core/words.ts";
import {
  answerButtons,
  cancelButton,
  destroyButton,
  diffButton,
  extendButton,
  logButton,
  screenButton,
  tellButton,
} from "./actions.ts";
import { paragraphs } from "./elements.ts";
import { plain, quoted } from "./text.ts";

/** Below the 10,000 signs that Slack takes in the cells of one table. */
const mostSigns = 9500;
const mostRows = 99;
const oneHourMs = 3_600_000;

type Cell = RawTextElement | RawNumberElement;

const head = ["Name", "State", "Owner", "Age", "Repository", "Operation"];

/** One thopter in a line of mrkdwn. */
export function thopterLine(thopter: ThopterView): string {
  const facts = [
    standingOf(thopter),
    thopter.mine ? "" : quoted(thopter.ownerName, 40),
    `${span(thopter.ageMs)} old`,
    quoted(repositoryWords(thopter.repository), 80),
    operationOf(thopter),
  ];
  return `*${quoted(thopter.name, 60)}* · ${facts.filter((fact) => fact !== "").join(" · ")}`;
}

/** Thopters one below the other, for where no table may stand. */
export function thopterLines(thopters: readonly ThopterView[], most: number): KnownBlock[] {
  return paragraphs(thopters.map(thopterLine), { lines: most });
}

/** A table that people sort and filter, and how many of the thopters fit. For messages alone; one each. */
export function thopterDataTable(
  thopters: readonly ThopterView[],
  caption: string,
): { block: DataTableBlock; shown: number } {
  const rows = rowsThatFit(thopters);
  const block: DataTableBlock = {
    type: "data_table",
    caption: plain(caption, 200).text,
    page_size: 10,
    rows: [headRow(), ...rows],
  };
  return { block, shown: rows.length };
}

/** The same as a plain table, for App Home. */
export function thopterTable(thopters: readonly ThopterView[]): {
  block: TableBlock;
  shown: number;
} {
  const rows = rowsThatFit(thopters);
  return { block: { type: "table", rows: [headRow(), ...rows] }, shown: rows.length };
}

function rowsThatFit(thopters: readonly ThopterView[]): Cell[][] {
  const rows: Cell[][] = [];
  let signs = head.join("").length;
  for (const row of thopters.slice(0, mostRows).map(cells)) {
    signs += row.reduce((sum, { text }) => sum + text.length, 0);
    if (signs > mostSigns) break;
    rows.push(row);
  }
  return rows;
}

function headRow(): Cell[] {
  return head.map((text) => cell(text, 40));
}

function cells(thopter: ThopterView): Cell[] {
  return [
    cell(thopter.name, 45),
    cell(standingOf(thopter), 25),
    cell(thopter.mine ? "you" : thopter.ownerName, 25),
    { type: "raw_number", value: thopter.ageMs / oneHourMs, text: span(thopter.ageMs) },
    cell(repositoryWords(thopter.repository), 40),
    cell(operationOf(thopter), 30),
  ];
}

function cell(text: string, maxLength: number): RawTextElement {
  return { type: "raw_text", text: text === "" ? "–" : plain(text, maxLength).text };
}

function operationOf({ operation }: ThopterView): string {
  return operation === undefined ? "" : `${operation.kind} ${operation.status}`;
}

/** The next sensible actions for a thopter as it is now. */
export function thopterButtons(thopter: ThopterView): Button[] {
  const { id, status, operation, agentState, expiresAt, mine } = thopter;
  const cancel = operation?.kind === "provision" ? [cancelButton(operation.id)] : [];
  switch (status) {
    case "requested":
    case "provisioning":
      return [...cancel, destroyButton(id)];
    case "ready":
      return [
        ...(agentState?.question === undefined || !mine
          ? []
          : answerButtons(id, agentState.question)),
        screenButton(id),
        diffButton(id),
        tellButton(id),
        ...(expiresAt === undefined ? [] : [extendButton(id)]),
        destroyButton(id),
      ];
    case "failed":
      return [logButton(id), destroyButton(id)];
    case "destroying":
      return operation === undefined ? [] : [cancelButton(operation.id)];
    case "gone":
      return [];
  }
}
