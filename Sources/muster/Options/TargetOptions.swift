internal import ArgumentParser
internal import MusterFiles

/// What may be done about something that stands where a file is to be written.
struct TargetOptions: ParsableArguments {
  @Flag(help: "Write the file that a symbolic link leads to, instead of refusing the link.")
  var follow = false

  @Flag(help: "Replace a file that belongs to another user.")
  var replace = false

  /// The rule; this user's own files are replaced.
  var rule: TargetRule { TargetRule(follows: follow, replacesOthers: replace) }
}
