"""What beside.py prints, and the bounds that it holds."""
import os
import statistics

from commands import EXPORT_ROWS_PER_SECOND
from engines import stop
from lookups import LOOKUPS_PER_SECOND


def machine():
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    model = models[0] if models else "unknown CPU"
    print(f"{os.cpu_count()} x {model}; load {os.getloadavg()[0]:.1f}", flush=True)


def print_foretold(arguments, mix, results, turns):
    last, whole = (sorted(one) for one in zip(*results))
    kinds = ", ".join(
        f"{mix.counts[key]:,} {key}" for key in ("created", "updated", "unchanged", "rejected"))
    changes = mix.counts["created"] + mix.counts["updated"]
    print(
        f"\n{len(results)} previews of {arguments.preview_rows:,} rows ({kinds}) into a store of"
        f" {arguments.members:,} members. They changed nothing; all counts, {changes:,} changes and"
        f" {mix.counts['faults']:,} faults were what the import then did.\n")
    print("| a preview ends | median, ms | most, ms |")
    print("|---|---|---|")
    for what, seconds in (("its last row", last), ("its first row", whole)):
        print(f"| after {what} | {milliseconds(statistics.median(seconds))}"
              f" | {milliseconds(seconds[-1])} |")
    print(f"\n| {arguments.spooled_rows:,} rows | another importer waits, ms | in all, ms |")
    print("|---|---|---|")
    for what, (wait, seconds, _) in zip(("preview", "all or nothing"), turns):
        print(f"| {what} | {milliseconds(wait)} | {milliseconds(seconds)} |")
    if last[-1] > arguments.preview_seconds_max:
        stop(f"a preview took {milliseconds(last[-1])} ms after its last row, more than"
             f" {milliseconds(arguments.preview_seconds_max)}")


def print_beside(arguments, alone, beside):
    rows = arguments.rows
    kept = median(alone, "seconds") / median(beside, "seconds")
    print(
        f"\nAn import of {rows:,} new members into a store of {arguments.there:,}, alone and beside"
        f" an export paced at {EXPORT_ROWS_PER_SECOND:,} rows a second, {LOOKUPS_PER_SECOND}"
        f" lookups a second and a preview of {arguments.preview_rows:,} rows; medians of"
        f" {arguments.runs} runs, by turns. All that was exported, looked up and foretold was right.\n")
    print("| import | rows/s | from - to | of alone | command's CPU, us a row | daemon's |")
    print("|---|---|---|---|---|---|")
    for what, results, part in (("alone", alone, 1), ("beside", beside, kept)):
        rates = sorted(rows / one["seconds"] for one in results)
        cpu, daemon = (median(results, key) / rows * 1e6 for key in ("CPU", "daemon CPU"))
        print(f"| {what} | {statistics.median(rates):,.0f} | {rates[0]:,.0f} - {rates[-1]:,.0f}"
              f" | {part:.0%} | {cpu:.2f} | {daemon:.2f} |")
    print_others(beside)
    if kept < arguments.kept_min:
        stop(f"the import kept {kept:.0%} of its speed, less than {arguments.kept_min:.0%}")


def print_others(beside):
    """What ran beside the import, and what it took."""
    waits = sorted(wait for result in beside for wait in result["lookup seconds"])
    half, most = (milliseconds(waits[int(part * len(waits))], 1) for part in (0.5, 0.99))
    early = sum(result["early"] for result in beside)
    own = statistics.median(result["own CPU"] / result["seconds"] for result in beside)
    late = sum(result["preview ended after"] > result["seconds"] for result in beside)
    print("\n| beside it | |")
    print("|---|---|")
    print(f"| lookups | {len(waits):,}, of which {early} found nobody yet; p50 {half} ms, p99"
          f" {most} ms, slowest {milliseconds(waits[-1], 1)} ms; with the reader of the export"
          f" {own:.0%} of a core |")
    print(f"| export | {median(beside, 'exported'):,.0f} rows by the end of the import;"
          f" {median(beside, 'export CPU'):.2f} s of CPU |")
    print(f"| preview | the command took {milliseconds(median(beside, 'preview'))} ms and"
          f" {median(beside, 'preview CPU'):.2f} s of CPU; {late} of {len(beside)} ended after the"
          " import |")


def milliseconds(seconds, digits=0):
    return f"{seconds * 1e3:,.{digits}f}"


def median(results, key):
    return statistics.median(result[key] for result in results)
