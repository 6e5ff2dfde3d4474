#!/usr/bin/env node
import { main } from "./cli/main.js";
import { watchPipes } from "./cli/watch-pipes.js";

process.exitCode = await main(process.argv.slice(2), watchPipes(process.stdout, process.stderr));
