import type { CommandResult, Handler, Session } from "../../../cli/command.js";
import type { ConnectClient, PluginSetting } from "../../../clients/connect/connect-client.js";
import { findPlugin } from "../../../connectors/find-plugin.js";
import { renderPlugins, renderPluginSettings } from "../../../ui/render-plugins.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface PluginsArguments extends ConnectArguments {
  readonly class?: string | undefined;
  readonly all?: boolean | undefined;
  readonly search?: string | undefined;
}

export const showPlugins: Handler<PluginsArguments> = (args, session) =>
  withConnect(args, session, (client) =>
    args.class === undefined ? listPlugins(client, args) : showSettings(client, args.class, args, session),
  );

async function listPlugins(
  client: ConnectClient,
  { all = false, search = "" }: PluginsArguments,
): Promise<CommandResult> {
  const found = (await client.plugins({ all })).filter((plugin) => has([plugin.class], search));
  const plugins = [...found].sort(
    (one, other) => one.type.localeCompare(other.type) || one.class.localeCompare(other.class),
  );
  return { fields: { plugins }, text: renderPlugins(plugins) };
}

async function showSettings(
  client: ConnectClient,
  word: string,
  { search = "" }: PluginsArguments,
  { screen }: Session,
): Promise<CommandResult> {
  const plugin = findPlugin(word, await client.plugins({ all: true }), client.url);
  const all = (await client.pluginSettings(plugin.class)) ?? [];
  const settings = all
    .filter(({ name, documentation }) => has([name, documentation], search))
    .map((setting): PluginSetting => ({
      name: setting.name,
      type: setting.type,
      required: setting.required,
      default_value: setting.default_value,
      importance: setting.importance,
      documentation: setting.documentation,
    }));
  return {
    fields: { plugin, settings },
    text: renderPluginSettings({ plugin, settings, isSearch: search !== "" }, screen?.columns),
  };
}

const has = (texts: readonly string[], word: string): boolean =>
  texts.some((text) => text.toLowerCase().includes(word.toLowerCase()));
