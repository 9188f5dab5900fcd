// Package client is stock grpc-go against a daemon of the built binaries: what a service in Go
// would do, with nothing of ours to go by but proto/.
//
// scripts/test.sh makes the stubs and runs it.
package client

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	health "grpc/health/v1"
	muster "muster/v1"
)

// No call of a test takes longer, whatever goes wrong.
const deadline = 2 * time.Minute

const importID = "0f0e0d0c-0b0a-4908-8706-050403020100"

// client is a connection with the daemon's services.
type client struct {
	imports    muster.ImportServiceClient
	members    muster.MemberServiceClient
	workspaces muster.WorkspaceServiceClient
	healths    health.HealthClient
	context    context.Context
	directory  string
	test       *testing.T
}

// daemon starts a daemon with a new store and connects to it; both are gone when the test ends.
func daemon(t *testing.T, config string) *client {
	// Short, because a socket's path has at most 107 bytes.
	directory, err := os.MkdirTemp("/tmp", "muster-go-")
	check(t, err)
	t.Cleanup(func() { os.RemoveAll(directory) })
	socket := filepath.Join(directory, "s")
	arguments := []string{"--socket", socket, "--data", filepath.Join(directory, "data")}
	if config != "" {
		file := filepath.Join(directory, "config.json")
		check(t, os.WriteFile(file, []byte(config), 0o600))
		arguments = append(arguments, "--config", file)
	}
	process := exec.Command(program(t, "musterd"), arguments...)
	errors, err := process.StderrPipe()
	check(t, err)
	check(t, process.Start())
	t.Cleanup(func() { stop(t, process) })
	waitFor(t, errors, "serving")

	// The target that the documents name, and no option but the one that says: no TLS.
	connection, err := grpc.Dial("unix:"+socket, grpc.WithInsecure())
	check(t, err)
	t.Cleanup(func() { connection.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	t.Cleanup(cancel)
	return &client{
		imports:    muster.NewImportServiceClient(connection),
		members:    muster.NewMemberServiceClient(connection),
		workspaces: muster.NewWorkspaceServiceClient(connection),
		healths:    health.NewHealthClient(connection),
		context:    ctx, directory: directory, test: t,
	}
}

// command runs muster against the daemon, and gives its output and its exit code.
func (c *client) command(arguments ...string) (output []byte, code int) {
	c.test.Helper()
	process := exec.Command(program(c.test, "muster"), arguments...)
	process.Env = append(os.Environ(), "MUSTER_SOCKET="+filepath.Join(c.directory, "s"),
		"XDG_STATE_HOME="+filepath.Join(c.directory, "state"))
	output, err := process.Output()
	failure, failed := err.(*exec.ExitError)
	if !failed {
		check(c.test, err)
	} else if len(failure.Stderr) > 0 {
		c.test.Logf("muster says: %s", failure.Stderr)
	}
	return output, process.ProcessState.ExitCode()
}

// program finds a built program; MUSTER_BIN_DIR says where.
func program(t *testing.T, name string) string {
	directory := os.Getenv("MUSTER_BIN_DIR")
	if directory == "" {
		directory = filepath.Join("..", "..", ".build", "debug")
	}
	path, err := exec.LookPath(filepath.Join(directory, name))
	if err != nil {
		t.Fatalf("%v: set MUSTER_BIN_DIR", err)
	}
	return path
}

// waitFor reads lines until one holds the word, and then for as long as there are any: a full pipe
// would hold up the daemon.
func waitFor(t *testing.T, stream io.Reader, word string) {
	found := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(stream)
		for lines.Scan() {
			if strings.Contains(lines.Text(), word) {
				found <- true
			}
		}
		close(found)
	}()
	select {
	case ok := <-found:
		if !ok {
			t.Fatalf("the daemon ended without saying %q", word)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("the daemon never said %q", word)
	}
}

// stop ends the daemon, which must have lived and must end in order.
func stop(t *testing.T, process *exec.Cmd) {
	if err := process.Process.Signal(os.Interrupt); err != nil {
		t.Errorf("the daemon died during the test: %v", err)
	}
	late := time.AfterFunc(30*time.Second, func() { process.Process.Kill() })
	defer late.Stop()
	if err := process.Wait(); err != nil {
		t.Errorf("the daemon did not end in order: %v", err)
	}
}

// check fails the test for an error that it does not expect.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// expect fails the test unless both are equal.
func expect[Value comparable](t *testing.T, got, wanted Value) {
	t.Helper()
	if got != wanted {
		t.Fatalf("got %v, wanted %v", got, wanted)
	}
}

// expectRefusal fails the test unless the status has this code and a message with this phrase.
func expectRefusal(t *testing.T, err error, code codes.Code, phrase string) {
	t.Helper()
	if status.Code(err) != code || !strings.Contains(status.Convert(err).Message(), phrase) {
		t.Fatalf("got %v, wanted %v with %q", err, code, phrase)
	}
}

// fixture is the path of a file of the end-to-end tests.
func fixture(name string) string {
	return filepath.Join("..", "EndToEndTests", "Fixtures", name)
}

// readCSV reads the columns and the rows of a fixture.
func readCSV(t *testing.T, name string) ([]string, [][]string) {
	t.Helper()
	file, err := os.Open(fixture(name))
	check(t, err)
	defer file.Close()
	reader := csv.NewReader(file)
	// A row may have too few cells: that is a fault for the daemon to find.
	reader.FieldsPerRecord = -1
	records, err := reader.ReadAll()
	check(t, err)
	return records[0], records[1:]
}
