/** All kinds of faults. */
import type { FaultKind } from "./kind.ts";
import { answerKinds } from "./kinds/answer.ts";
import { bodyKinds } from "./kinds/body.ts";
import { clusterKinds } from "./kinds/cluster.ts";
import { connectionKinds } from "./kinds/connection.ts";
import { dataKinds } from "./kinds/data.ts";
import { endpointKinds } from "./kinds/endpoints.ts";
import { headerKinds } from "./kinds/headers.ts";
import { lengthKinds } from "./kinds/length.ts";
import { proxyKinds } from "./kinds/proxy.ts";
import { signInKinds } from "./kinds/sign-in.ts";
import { statusKinds } from "./kinds/status.ts";
import { tlsKinds } from "./kinds/tls.ts";

export const faultKinds: readonly FaultKind[] = [
  ...connectionKinds,
  ...tlsKinds,
  ...answerKinds,
  ...lengthKinds,
  ...headerKinds,
  ...bodyKinds,
  ...statusKinds,
  ...signInKinds,
  ...dataKinds,
  ...clusterKinds,
  ...proxyKinds,
  ...endpointKinds,
];
