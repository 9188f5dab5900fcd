package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	health "grpc/health/v1"
	muster "muster/v1"
)

func TestTheGuideImportsAsTheGuideSays(t *testing.T) {
	t.Parallel()
	c := daemon(t, "")
	c.makeLabels("", "vip", "premium")
	c.makeForm("", "patient",
		&muster.FormField{Slug: "medical_id", Type: muster.FormFieldType_FORM_FIELD_TYPE_TEXT},
		&muster.FormField{
			Slug: "blood_type", Type: muster.FormFieldType_FORM_FIELD_TYPE_CHOICE,
			Choices: []string{"A+", "B+", "O+", "O-"},
		})
	columns, rows := readCSV(t, "members-guide.csv")
	for _, wanted := range []counts{{4, 1, 0, 0}, {0, 2, 3, 0}} {
		answers, summary := c.importRows(columns, rows)
		accepted := answers[0].GetAccepted()
		expect(t, accepted.Limits.RowsPerImport, 10_000)
		expect(t, outcomes(summary.Counts), wanted)
		expect(t, summary.Counts.Committed, 5)
		expect(t, summary.ImportId, accepted.ImportId)
	}
}

// line is what the command prints about a fault, and at the end, with --output ndjson.
type line struct {
	Type, Column, Code, Message                string
	Row, Created, Updated, Unchanged, Rejected uint64
}

func TestAFileWithFaultsEndsAsWithTheCommand(t *testing.T) {
	t.Parallel()
	c := daemon(t, "")
	_, err := c.workspaces.CreateWorkspace(
		c.context, &muster.CreateWorkspaceRequest{Name: "command"})
	check(t, err)
	for _, workspace := range []string{"", "command"} {
		c.makeLabels(workspace, "vip", "donor", "volunteer", "board", "press", "staff", "alumni",
			"student", "sponsor", "partner", "lapsed", "newsletter", "event-2024", "event-2025",
			"north", "south", "east", "west", "trial", "premium")
		c.makeForm(workspace, "survey",
			&muster.FormField{
				Slug: "color", Type: muster.FormFieldType_FORM_FIELD_TYPE_CHOICE,
				Choices: []string{"red", "green", "blue", "black", "white"},
			},
			&muster.FormField{Slug: "size", Type: muster.FormFieldType_FORM_FIELD_TYPE_NUMBER})
	}
	const file = "members-faulty-300.csv"
	columns, rows := readCSV(t, file)
	answers, summary := c.importRows(columns, rows)
	output, code := c.command("import", fixture(file), "--workspace", "command",
		"--rejects", filepath.Join(c.directory, "rejects.csv"), "--output", "ndjson", "--yes")
	expect(t, code, 2)

	ours := []line{}
	for _, answer := range answers {
		for _, fault := range answer.GetFaults().GetFaults() {
			ours = append(ours, line{
				Type: "fault", Column: fault.Column, Code: fault.Code, Message: fault.Message,
				Row: fault.Row,
			})
		}
	}
	expect(t, len(ours) > 50, true)
	for lines := bufio.NewScanner(bytes.NewReader(output)); lines.Scan(); {
		var theirs line
		check(t, json.Unmarshal(lines.Bytes(), &theirs))
		switch theirs.Type {
		case "fault":
			expect(t, ours[0], theirs)
			ours = ours[1:]
		case "summary":
			wanted := counts{theirs.Created, theirs.Updated, theirs.Unchanged, theirs.Rejected}
			expect(t, outcomes(summary.Counts), wanted)
			expect(t, len(ours), 0)
			ours = nil
		}
	}
	expect(t, ours == nil, true)
	expect(t, c.exportText(""), c.exportText("command"))
}

func TestAStreamThatEndsWithoutFinishStaysOpenAndGoesOn(t *testing.T) {
	t.Parallel()
	c := daemon(t, "")
	first := &muster.BeginImport{Columns: []string{"external_id"}, ImportId: importID}
	_, err := c.run(begin(first), chunk(0, []string{"u0"}, []string{"u1"}))
	expectRefusal(t, err, codes.Aborted, "goes on at row 2")

	stream, accepted := c.open(first)
	expect(t, accepted.NextRow, 2)
	check(t, stream.Send(chunk(1, []string{"u1"}, []string{"u2"})))
	check(t, stream.Send(finish(3)))
	check(t, stream.CloseSend())
	expect(t, outcomes(lastAnswer(t, stream).GetSummary().GetCounts()), counts{created: 3})

	record, err := c.imports.GetImport(c.context, &muster.GetImportRequest{ImportId: importID})
	check(t, err)
	expect(t, record.State, muster.ImportState_IMPORT_STATE_FINISHED)
}

func TestACancelledImportGoesOn(t *testing.T) {
	t.Parallel()
	c := daemon(t, "")
	first := &muster.BeginImport{Columns: []string{"external_id"}, ImportId: importID}
	calling := *c
	cancelling, cancel := context.WithCancel(c.context)
	calling.context = cancelling
	stream, _ := calling.open(first)
	check(t, stream.Send(chunk(0, []string{"u0"})))
	for committed := uint64(0); committed < 1; {
		answer, err := stream.Recv()
		check(t, err)
		committed = answer.GetProgress().GetCommitted()
	}
	cancel()
	for {
		answers, err := c.run(begin(first), finish(1))
		if status.Code(err) == codes.Aborted {
			continue // The daemon may hear of the cancellation a little later.
		}
		check(t, err)
		expect(t, answers[0].GetAccepted().NextRow, 1)
		expect(t, outcomes(answers[len(answers)-1].GetSummary().Counts), counts{created: 1})
		return
	}
}

func TestRefusalsComeWithTheirStatusAndSentence(t *testing.T) {
	t.Parallel()
	c := daemon(t, "")
	first := begin(&muster.BeginImport{Columns: []string{"external_id"}})
	_, err := c.run(first, chunk(0, []string{"u0"}), chunk(2, []string{"u2"}))
	expectRefusal(t, err, codes.OutOfRange, "row 1 is expected")
	_, err = c.run(first, first)
	expectRefusal(t, err, codes.InvalidArgument, "second begin")
	_, err = c.run(begin(&muster.BeginImport{Columns: []string{"emial"}}))
	expectRefusal(t, err, codes.InvalidArgument, `did you mean "email"?`)
	cell := string(bytes.Repeat([]byte("x"), 60_000))
	rows := make([][]string, 80)
	for place := range rows {
		rows[place] = []string{cell}
	}
	_, err = c.run(first, chunk(0, rows...))
	expectRefusal(t, err, codes.ResourceExhausted, "send smaller chunks")
	_, err = c.workspaces.ListRoles(c.context, &muster.ListRolesRequest{Workspace: "nowhere"})
	expectRefusal(t, err, codes.NotFound, "nowhere")
}

func TestHealthIsCheckedAndWatched(t *testing.T) {
	t.Parallel()
	c := daemon(t, "")
	answer, err := c.healths.Check(c.context, &health.HealthCheckRequest{})
	check(t, err)
	expect(t, answer.Status, health.HealthCheckResponse_SERVING)
	watch, err := c.healths.Watch(
		c.context, &health.HealthCheckRequest{Service: "muster.v1.ImportService"})
	check(t, err)
	answer, err = watch.Recv()
	check(t, err)
	expect(t, answer.Status, health.HealthCheckResponse_SERVING)
}
