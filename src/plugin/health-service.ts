/**
 * gRPC's health check, which hosts may ping.
 * Source: https://github.com/grpc/grpc/blob/master/doc/health-checking.md; go-plugin `grpc_server.go` for the name.
 */
import type { Server } from "@grpc/grpc-js";
import {
  type HealthServer,
  HealthService,
  HealthCheckResponse_ServingStatus as Status,
} from "./gen/health.ts";

/** The service that go-plugin hosts ask for, and the empty name of the server as a whole. */
const SERVICES = ["plugin", ""];

/** gRPC's status code for an unknown service. */
const NOT_FOUND = 5;

/** Adds the service. A plugin that answers at all is healthy. */
export function addHealthService(server: Server): void {
  const health: HealthServer = {
    check(call, respond) {
      const { service } = call.request;
      if (SERVICES.includes(service)) respond(null, { status: Status.SERVING });
      else respond({ code: NOT_FOUND, details: `unknown service ${JSON.stringify(service)}` });
    },
    list(_call, respond) {
      respond(null, { statuses: new Map(SERVICES.map((name) => [name, { status: Status.SERVING }])) });
    },
    watch(call) {
      // The stream stays open: the status never changes.
      call.write({
        status: SERVICES.includes(call.request.service) ? Status.SERVING : Status.SERVICE_UNKNOWN,
      });
    },
  };
  server.addService(HealthService, health);
}
