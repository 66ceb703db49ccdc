// Command host launches a plugin with the real go-plugin, well-behaved or not, and reports what it saw as one
// JSON object on stdout. It is built against several versions of go-plugin: go.mod is for the newest,
// go-plugin-1.4.3.mod for the one that OpenTofu 1.6 to 1.10 use.
//
//	host [-scenario NAME] [-calls FILE] [-tls=false] [-reattach JSON] -- COMMAND [ARGUMENT...]
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// handshake is the same for every provider: only the cookie counts, since versions are negotiated.
var handshake = plugin.HandshakeConfig{
	ProtocolVersion:  4,
	MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
	MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
}

// provider hands out the connection itself: the messages of the protocol are not this program's business.
type provider struct {
	plugin.NetRPCUnsupportedPlugin
}

func (provider) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return fmt.Errorf("a host serves nothing")
}

func (provider) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (interface{}, error) {
	return conn, nil
}

var versions = map[int]plugin.PluginSet{
	5: {"provider": provider{}},
	6: {"provider": provider{}},
}

// report is what the test gets to see.
type report struct {
	Pid         int
	Version     int
	Protocol    string
	HandshakeAt time.Time
	SchemaBytes int
	SchemaAt    time.Time
	KillMillis  int64
	Exited      bool
	Answers     [][]byte
	Log         []json.RawMessage
	Error       string `json:",omitempty"`
}

// lockedBuffer collects the host's log, which many goroutines write.
type lockedBuffer struct {
	sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.Lock()
	defer b.Unlock()
	return b.Buffer.Write(data)
}

func main() {
	calls := flag.String("calls", "", "a file with a list of calls to make, as JSON")
	scenario := flag.String("scenario", "ordinary", "what to do with the plugin")
	tls := flag.Bool("tls", true, "mutual TLS")
	reattach := flag.String("reattach", "", "one entry of TF_REATTACH_PROVIDERS, in place of a command")
	flag.Parse()

	log := &lockedBuffer{}
	result := report{}
	if err := run(*scenario, *calls, *tls, *reattach, flag.Args(), log, &result); err != nil {
		result.Error = err.Error()
	}
	log.Lock()
	for _, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		if line != "" {
			result.Log = append(result.Log, json.RawMessage(line))
		}
	}
	log.Unlock()
	output(result)
}

func output(result report) {
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		panic(err)
	}
}

func run(scenario string, calls string, tls bool, reattach string, command []string, log *lockedBuffer, result *report) error {
	config := &plugin.ClientConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: versions,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         tls,
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: log, JSONFormat: true}),
	}
	if reattach != "" {
		target, err := parseReattach(reattach)
		if err != nil {
			return err
		}
		config.Reattach = target
		config.Plugins = versions[6]
	} else {
		config.Cmd = exec.Command(command[0], command[1:]...)
	}

	client := plugin.NewClient(config)
	defer kill(client, result)

	address, err := client.Start()
	if err != nil {
		return err
	}
	result.HandshakeAt = time.Now()
	result.Version = client.NegotiatedVersion()
	if process := client.ReattachConfig(); process != nil {
		result.Pid = process.Pid
	}
	result.Protocol = string(client.Protocol())

	if scenario == "die-before-connecting" {
		die(*result)
	}
	connection, err := connect(client)
	if err != nil {
		return err
	}
	switch scenario {
	case "ordinary":
	case "die-in-call":
		called := make(chan struct{})
		go func() {
			// A call of the function "hang", which never answers: field 1 with four bytes.
			request := &emptypb.Empty{}
			request.ProtoReflect().SetUnknown([]byte("\x0a\x04hang"))
			close(called)
			_ = connection.Invoke(context.Background(), "/tfplugin6.Provider/CallFunction", request, &emptypb.Empty{})
		}()
		<-called
		if err := callSchema(connection, result); err != nil {
			return err
		}
		die(*result)
	case "lingering-connections":
		if err := linger(address); err != nil {
			return err
		}
	case "interrupt":
		// As the terminal does with Ctrl-C: to the whole group, twice.
		signal.Ignore(os.Interrupt)
		for range [2]int{} {
			if err := interruptGroup(); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("no scenario %q", scenario)
	}
	if err := callSchema(connection, result); err != nil || calls == "" {
		return err
	}
	return makeCalls(connection, calls, result)
}

// connect opens the connection, and with it the Broker and Stdio streams, and pings the plugin.
func connect(client *plugin.Client) (*grpc.ClientConn, error) {
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	if err := protocol.Ping(); err != nil {
		return nil, err
	}
	raw, err := protocol.Dispense("provider")
	if err != nil {
		return nil, err
	}
	return raw.(*grpc.ClientConn), nil
}

func callSchema(connection *grpc.ClientConn, result *report) error {
	response := &emptypb.Empty{}
	err := connection.Invoke(context.Background(), "/tfplugin6.Provider/GetProviderSchema", &emptypb.Empty{}, response)
	result.SchemaBytes = len(response.ProtoReflect().GetUnknown())
	result.SchemaAt = time.Now()
	return err
}

// call is one that the test has prepared: the messages are its business.
type call struct {
	Method  string
	Request []byte
}

func makeCalls(connection *grpc.ClientConn, file string, result *report) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var calls []call
	if err := json.Unmarshal(text, &calls); err != nil {
		return err
	}
	for _, one := range calls {
		request, response := &emptypb.Empty{}, &emptypb.Empty{}
		request.ProtoReflect().SetUnknown(one.Request)
		if err := connection.Invoke(context.Background(), one.Method, request, response); err != nil {
			return fmt.Errorf("%s: %w", one.Method, err)
		}
		result.Answers = append(result.Answers, response.ProtoReflect().GetUnknown())
	}
	return nil
}

// lingering keeps connections open until this process ends: longer than the plugin may live.
var lingering []net.Conn

// linger opens connections that never say anything sensible.
func linger(address net.Addr) error {
	silent, err := net.Dial(address.Network(), address.String())
	if err != nil {
		return err
	}
	halfOpen, err := net.Dial(address.Network(), address.String())
	if err != nil {
		return err
	}
	if _, err := halfOpen.Write([]byte("\x16\x03\x01\x00")); err != nil {
		return err
	}
	if half, ok := halfOpen.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err != nil {
			return err
		}
	}
	lingering = append(lingering, silent, halfOpen)
	return nil
}

func parseReattach(text string) (*plugin.ReattachConfig, error) {
	var entry struct {
		Protocol        string
		ProtocolVersion int
		Pid             int
		Test            bool
		Addr            struct{ Network, String string }
	}
	if err := json.Unmarshal([]byte(text), &entry); err != nil {
		return nil, err
	}
	address, err := net.ResolveUnixAddr(entry.Addr.Network, entry.Addr.String)
	if err != nil {
		return nil, err
	}
	return &plugin.ReattachConfig{
		Protocol:        plugin.Protocol(entry.Protocol),
		ProtocolVersion: entry.ProtocolVersion,
		Pid:             entry.Pid,
		Test:            entry.Test,
		Addr:            address,
	}, nil
}

func kill(client *plugin.Client, result *report) {
	start := time.Now()
	client.Kill()
	result.KillMillis = time.Since(start).Milliseconds()
	result.Exited = client.Exited()
}

// die ends this process as a crash does, after it has said who the plugin is.
func die(result report) {
	output(result)
	killSelf()
	select {}
}
