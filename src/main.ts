#!/usr/bin/env node
import { runCommandLine } from './cli/cli.ts';

process.exitCode = await runCommandLine(process.argv, process.env);
