import { version } from "./version.ts";

process.stdout.write(`terraform-provider-gpuhost ${version}\n`);
