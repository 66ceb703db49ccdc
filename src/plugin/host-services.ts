/**
 * The services that every go-plugin host uses besides the plugin's own: Broker, Stdio and Controller. Source:
 * hashicorp/go-plugin `grpc_broker.go`, `grpc_stdio.go`, `grpc_controller.go`.
 */
import type { Server } from "@grpc/grpc-js";
import { type GRPCBrokerServer, GRPCBrokerService } from "./gen/grpc_broker.ts";
import { type GRPCControllerServer, GRPCControllerService } from "./gen/grpc_controller.ts";
import { type GRPCStdioServer, GRPCStdioService } from "./gen/grpc_stdio.ts";
import type { HostWatch } from "./host-watch.ts";

/** The events that can end a stream of Broker or Stdio. */
interface EndingStream {
  once(event: "cancelled" | "end" | "close" | "error", listener: () => void): unknown;
}

/**
 * Adds the three services. Nothing goes through Broker and Stdio: a provider opens no further connections, and prints
 * only logs. They stay open because their end shows that the host is gone. Shutdown gets no answer, as in go-plugin's
 * own server: the host waits for the end of the process.
 */
export function addHostServices(server: Server, watch: HostWatch | undefined, onShutdown: () => never): void {
  const broker: GRPCBrokerServer = {
    startStream(call) {
      watchStream(call, watch);
      call.on("data", () => undefined);
      call.once("end", () => call.end());
    },
  };
  const stdio: GRPCStdioServer = {
    streamStdio(call) {
      watchStream(call, watch);
    },
  };
  const controller: GRPCControllerServer = {
    shutdown: onShutdown,
  };
  server.addService(GRPCBrokerService, broker);
  server.addService(GRPCStdioService, stdio);
  server.addService(GRPCControllerService, controller);
}

function watchStream(call: EndingStream, watch: HostWatch | undefined): void {
  if (watch === undefined) return;
  let isOpen = true;
  const close = () => {
    if (isOpen) watch.streamClosed();
    isOpen = false;
  };
  watch.streamOpened();
  for (const event of ["cancelled", "end", "close", "error"] as const) call.once(event, close);
}
