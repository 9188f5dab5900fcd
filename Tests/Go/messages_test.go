package client

import (
	"fmt"
	"io"
	"strings"

	muster "muster/v1"
)

// counts are what became of an import's rows, in a form that compares.
type counts struct{ created, updated, unchanged, rejected uint64 }

func outcomes(got *muster.ImportCounts) counts {
	return counts{got.Created, got.Updated, got.Unchanged, got.Rejected}
}

func begin(message *muster.BeginImport) *muster.ImportMembersRequest {
	return &muster.ImportMembersRequest{
		Message: &muster.ImportMembersRequest_Begin{Begin: message},
	}
}

func chunk(firstRow uint64, rows ...[]string) *muster.ImportMembersRequest {
	message := &muster.RowChunk{FirstRow: firstRow, Rows: make([]*muster.Row, len(rows))}
	for place, row := range rows {
		cells := make([][]byte, len(row))
		for column, cell := range row {
			cells[column] = []byte(cell)
		}
		message.Rows[place] = &muster.Row{Cells: cells}
	}
	return &muster.ImportMembersRequest{
		Message: &muster.ImportMembersRequest_Chunk{Chunk: message},
	}
}

func finish(rowCount uint64) *muster.ImportMembersRequest {
	message := &muster.FinishImport{RowCount: rowCount}
	return &muster.ImportMembersRequest{
		Message: &muster.ImportMembersRequest_Finish{Finish: message},
	}
}

// open begins an import, which must be accepted.
func (c *client) open(
	message *muster.BeginImport,
) (muster.ImportService_ImportMembersClient, *muster.ImportAccepted) {
	c.test.Helper()
	stream, err := c.imports.ImportMembers(c.context)
	check(c.test, err)
	check(c.test, stream.Send(begin(message)))
	answer, err := stream.Recv()
	check(c.test, err)
	return stream, answer.GetAccepted()
}

// run sends messages without waiting and closes its side; it gives the answers and how they end.
func (c *client) run(
	messages ...*muster.ImportMembersRequest,
) (answers []*muster.ImportMembersResponse, err error) {
	c.test.Helper()
	stream, err := c.imports.ImportMembers(c.context)
	check(c.test, err)
	for _, message := range messages {
		// The status, and not this error, says why the daemon takes no more.
		if stream.Send(message) != nil {
			break
		}
	}
	check(c.test, stream.CloseSend())
	for {
		answer, err := stream.Recv()
		if err == io.EOF {
			return answers, nil
		}
		if err != nil {
			return answers, err
		}
		answers = append(answers, answer)
	}
}

// importRows imports rows in one chunk, and must succeed.
func (c *client) importRows(
	columns []string, rows [][]string,
) ([]*muster.ImportMembersResponse, *muster.ImportSummary) {
	c.test.Helper()
	answers, err := c.run(
		begin(&muster.BeginImport{Columns: columns}), chunk(0, rows...), finish(uint64(len(rows))))
	check(c.test, err)
	summary := answers[len(answers)-1].GetSummary()
	if summary == nil {
		c.test.Fatalf("the last answer is no summary: %v", answers[len(answers)-1])
	}
	return answers, summary
}

// export gives each message of an export's rows, whose numbers must have no gap, to each.
func (c *client) export(workspace string, each func([]*muster.Row)) (columns []string) {
	c.test.Helper()
	request := &muster.ExportMembersRequest{Workspace: workspace}
	stream, err := c.members.ExportMembers(c.context, request)
	check(c.test, err)
	header, err := stream.Recv()
	check(c.test, err)
	next := uint64(0)
	for {
		answer, err := stream.Recv()
		if err == io.EOF {
			return header.GetHeader().Columns
		}
		check(c.test, err)
		expect(c.test, answer.GetChunk().FirstRow, next)
		next += uint64(len(answer.GetChunk().Rows))
		each(answer.GetChunk().Rows)
	}
}

// exportText is an export as text, to be compared.
func (c *client) exportText(workspace string) string {
	c.test.Helper()
	lines := []string{}
	columns := c.export(workspace, func(rows []*muster.Row) {
		for _, row := range rows {
			lines = append(lines, fmt.Sprintf("%q", row.Cells))
		}
	})
	return strings.Join(append([]string{strings.Join(columns, ",")}, lines...), "\n")
}

// makeLabels makes labels in a workspace.
func (c *client) makeLabels(workspace string, slugs ...string) {
	c.test.Helper()
	request := &muster.CreateLabelsRequest{Workspace: workspace, Slugs: slugs}
	_, err := c.workspaces.CreateLabels(c.context, request)
	check(c.test, err)
}

// makeForm makes a form in a workspace.
func (c *client) makeForm(workspace, slug string, fields ...*muster.FormField) {
	c.test.Helper()
	form := &muster.Form{Slug: slug, Fields: fields}
	_, err := c.workspaces.CreateForm(
		c.context, &muster.CreateFormRequest{Workspace: workspace, Form: form})
	check(c.test, err)
}
