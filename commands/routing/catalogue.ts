import type { Button, Feature, Form, Menu, SlackCommand } from "../define-command.ts";

/** All features, by what names them. */
export type Catalogue = {
  commands: readonly SlackCommand[];
  command(name: string): SlackCommand | undefined;
  button(id: string): Button | undefined;
  form(id: string): Form | undefined;
  menu(id: string): Menu | undefined;
};

/** Throws when two features share a name: one of them would never run. */
export function createCatalogue(features: readonly Feature[]): Catalogue {
  const commands = features.flatMap(({ command }) => (command === undefined ? [] : [command]));
  const commandByName = byKey(commands, ({ name }) => name);
  const buttons = byKey(
    features.flatMap((each) => each.buttons ?? []),
    idOf,
  );
  const forms = byKey(
    features.flatMap((each) => each.forms ?? []),
    idOf,
  );
  const menus = byKey(
    features.flatMap((each) => each.menus ?? []),
    idOf,
  );
  return {
    commands,
    command: (name) => commandByName.get(name),
    button: (id) => buttons.get(id),
    form: (id) => forms.get(id),
    menu: (id) => menus.get(id),
  };
}

const idOf = ({ id }: { id: string }): string => id;

function byKey<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (found.has(key)) throw new Error(`Cannot have two features called "${key}"`);
    found.set(key, item);
  }
  return found;
}
