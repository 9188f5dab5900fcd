package client

import (
	"fmt"
	"io"
	"testing"
	"time"

	muster "muster/v1"
)

const unlimited = `{"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}`

// lastAnswer reads a stream to its end, which must be in order.
func lastAnswer(
	t *testing.T, stream muster.ImportService_ImportMembersClient,
) (last *muster.ImportMembersResponse) {
	t.Helper()
	for {
		answer, err := stream.Recv()
		if err == io.EOF {
			return last
		}
		check(t, err)
		last = answer
	}
}

// grpc-go sends a PING for nearly every message that it receives: more here than the 200 in 30 s
// that the daemon's HTTP/2 library takes for a flood.
func TestProgressComesForMoreThanThirtySeconds(t *testing.T) {
	t.Parallel()
	c := daemon(t, unlimited)
	stream, _ := c.open(&muster.BeginImport{Columns: []string{"email"}})
	// Fewer answers would prove nothing; on a machine that does much else they take longer.
	const chunksPerRound, duration, answersMin = 8, 31 * time.Second, 500
	start := time.Now()
	sent, answerCount, progressCount := uint64(0), 0, 0
	for last := start; time.Since(start) < duration || answerCount < answersMin; last = time.Now() {
		// Each chunk is answered by its faults, and each round at last by its progress.
		for number := 0; number < chunksPerRound; number++ {
			check(t, stream.Send(chunk(sent, []string{"no address"})))
			sent++
		}
		for committed := uint64(0); committed < sent; {
			answer, err := stream.Recv()
			if err != nil {
				t.Fatalf("after %v and %d answers: %v", time.Since(start), answerCount, err)
			}
			answerCount++
			if progress := answer.GetProgress(); progress != nil {
				progressCount++
				committed = progress.Committed
			}
		}
		if gap := time.Since(last); gap > 5*time.Second {
			t.Fatalf("no progress for %v", gap)
		}
	}
	check(t, stream.Send(finish(sent)))
	check(t, stream.CloseSend())
	expect(t, outcomes(lastAnswer(t, stream).GetSummary().GetCounts()), counts{rejected: sent})
	t.Logf("%d answers, %d of them progress", answerCount, progressCount)
}

func TestAnExportOfAMillionRowsArrivesWhole(t *testing.T) {
	t.Parallel()
	c := daemon(t, unlimited)
	stream, _ := c.open(&muster.BeginImport{Columns: []string{"external_id", "name"}})
	const rowCount, rowsPerChunk = 1_000_000, 20_000
	start := time.Now()
	rows := make([][]string, rowsPerChunk)
	for first := 0; first < rowCount; first += rowsPerChunk {
		for place := range rows {
			rows[place] = []string{fmt.Sprintf("u%d", first+place), "n"}
		}
		check(t, stream.Send(chunk(uint64(first), rows...)))
	}
	check(t, stream.Send(finish(rowCount)))
	check(t, stream.CloseSend())
	expect(t, outcomes(lastAnswer(t, stream).GetSummary().GetCounts()), counts{created: rowCount})
	t.Logf("imported in %v", time.Since(start))

	start = time.Now()
	exported, messageCount := 0, 0
	columns := c.export("", func(rows []*muster.Row) {
		messageCount++
		// The third column is external_id.
		for _, row := range rows {
			expect(t, string(row.Cells[2]), fmt.Sprintf("u%d", exported))
			exported++
		}
	})
	expect(t, columns[2], "external_id")
	expect(t, exported, rowCount)
	t.Logf("exported in %v, %d messages", time.Since(start), messageCount)
}
