internal import Glibc
internal import MusterCore

/// Every bound of the transport, each with its unit in its name or type and its reason beside it.
public struct TransportBounds: Sendable {
  /// After this long without a word from a client the daemon sends it a PING. A client that is
  /// alive answers by itself, however long it has nothing to say; a stopped one, or one whose
  /// machine is gone, does not. Long enough that PINGs cost nothing.
  public var keepaliveInterval: Duration = .seconds(20)
  /// How long the answer to a PING may take. Clients that look at an idle connection only now and
  /// then (grpcio's background poller: every 5 s) have time to do so.
  public var keepaliveTimeout: Duration = .seconds(10)
  /// Connections at the same time. Services of one host need a handful; a leak of them in one
  /// service must not take the daemon's file descriptors.
  public var connectionsMax = 1_000
  /// Connections at the same time of peers whom no rule of the policy is about. They are answered
  /// why they are refused, which takes a moment each.
  public var strangerConnectionsMax = 16
  /// Exports at the same time: each holds a reader of the database with a cache, and up to a page
  /// of members that nobody has taken.
  public var exportsMax = 32
  /// Checks and backups at the same time: a check keeps the identifiers that it has seen in memory,
  /// a backup a copy of the store on the disk.
  public var maintenanceMax = 8
  /// Undos at the same time: each keeps the one writer of its workspace busy.
  public var undosMax = 8

  /// Calls at the same time, over all connections: each has tasks, a stream, and a window that is
  /// always open.
  public var callsMax = 800

  /// What calls may take of memory.
  var memory = MemoryBounds()

  /// The bounds that a daemon has unless it is told others.
  public init() {}

  /// After this long without a byte from a client its connection is closed, whatever it holds.
  var silenceMax: Duration { keepaliveInterval + keepaliveTimeout }

  /// An HTTP/2 frame from the daemon: fewer and larger ones cost less.
  static let frameBytesMax = 1024 * 1024
  /// The transport's own bound on a message; ours is 4 MiB, and the transport sees no larger one.
  static let messageBytesMax = 16 * 1024 * 1024
  /// Calls at the same time on one connection; the transport ends a connection with more, so it
  /// has to be more than any client means to have.
  static let streamsPerConnectionMax = 128
  /// File descriptors that are not for connections: databases, their readers, the log.
  static let descriptorsReservedCount = 256
  /// Connections besides ``connectionsMax`` that are let in only to be told that their user has its
  /// share: enough that a hundred commands of several users can wait and try again.
  static let waitingConnectionsMax = 64
  /// Connections that are kept for root and the daemon's own user,
  static let connectionsKeptMax = 16
  /// and of these for root alone, who has to get in when the daemon's user is the one that takes
  /// all: an administrator's shell and a probe or two.
  static let connectionsKeptForRootMax = 4
  /// How long the summary of an import that has ended waits for a client that begins it again, and
  /// may send its rows at once: they are compared. One that reads first has its answer then.
  static let repeatSilenceMax: Duration = .seconds(2)
  /// How long the last word of an import to a client that is probably gone may take.
  static let partingTime: Duration = .milliseconds(200)

  /// File descriptors that the process needs to serve as many connections as it may.
  public func descriptorsNeeded() -> Int {
    connectionsMax + Self.waitingConnectionsMax + Self.descriptorsReservedCount
  }

  /// How the callers share the connections.
  var connectionShares: CallerShares.Plan {
    let total = connectionsWithinDescriptorsMax
    return CallerShares.Plan(
      total: total, kept: min(Self.connectionsKeptMax, total / 4),
      keptForRoot: min(Self.connectionsKeptForRootMax, total / 16))
  }

  /// How those whom no rule is about share theirs: nothing is kept, root is never one of them.
  var strangerShares: CallerShares.Plan {
    CallerShares.Plan(total: strangerConnectionsMax, kept: 0, keptForRoot: 0)
  }

  /// How the callers share the places of connections that wait.
  static var waitingShares: CallerShares.Plan { shares(of: waitingConnectionsMax) }

  /// How the callers share a number of calls of one kind: an eighth of them, but two of a few, is
  /// kept for root and the daemon's own user, and half of that for root alone.
  static func shares(of callsMax: Int) -> CallerShares.Plan {
    let kept = callsMax < 8 ? 0 : max(callsMax / 8, 2)
    return CallerShares.Plan(total: callsMax, kept: kept, keptForRoot: kept / 2)
  }

  /// Connections that the process' limit of file descriptors has room for, at most
  /// ``connectionsMax``.
  var connectionsWithinDescriptorsMax: Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return connectionsMax
    }
    let descriptors = Int(clamping: limit.rlim_cur)
    let reserved = Self.descriptorsReservedCount + Self.waitingConnectionsMax
    let room = max(descriptors - reserved, descriptors / 2)
    return min(connectionsMax, room)
  }
}
