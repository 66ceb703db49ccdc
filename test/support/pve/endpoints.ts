import type { ApiMethod } from "./api.ts";
import { accessEndpoints } from "./endpoints/access-endpoints.ts";
import { clusterEndpoints } from "./endpoints/cluster-endpoints.ts";
import { guestEndpoints } from "./endpoints/guest-endpoints.ts";
import { guestStatusEndpoints } from "./endpoints/guest-status-endpoints.ts";
import { guestWriteEndpoints } from "./endpoints/guest-write-endpoints.ts";
import { haResourceEndpoints } from "./endpoints/ha-resource-endpoints.ts";
import { haRuleEndpoints } from "./endpoints/ha-rule-endpoints.ts";
import { hardwareEndpoints } from "./endpoints/hardware-endpoints.ts";
import { mappingEndpoints } from "./endpoints/mapping-endpoints.ts";
import { mappingWriteEndpoints } from "./endpoints/mapping-write-endpoints.ts";
import { storageEndpoints } from "./endpoints/storage-endpoints.ts";
import { taskEndpoints } from "./endpoints/task-endpoints.ts";

/** Every method that the stand-in knows; any other is answered with 501. */
export const endpoints: readonly ApiMethod[] = [
  ...accessEndpoints,
  ...clusterEndpoints,
  ...guestEndpoints,
  ...guestStatusEndpoints,
  ...guestWriteEndpoints,
  ...haResourceEndpoints,
  ...haRuleEndpoints,
  ...hardwareEndpoints,
  ...mappingEndpoints,
  ...mappingWriteEndpoints,
  ...storageEndpoints,
  ...taskEndpoints,
];
