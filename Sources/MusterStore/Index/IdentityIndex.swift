internal import CSQLite
internal import MusterCore

/// The identity of every member of a workspace, in memory: which member has an email key, a phone
/// or an external id, and what else decides a row without reading the member.
///
/// Transactional: what changes after ``begin()`` is taken back by ``rollback()``. Used by the
/// workspace's writer only.
final class IdentityIndex {
  let seed: HashSeed
  let email = IdentityTable()
  let phone = IdentityTable()
  let externalID = IdentityTable()
  private let members = MemberTable()
  private var journal: [Change] = []
  /// Who was found by a hash when the transaction began, and no longer is: for lookups of what is
  /// committed. Few, since only changed and deleted identifiers are among them.
  private var removed: [RemovedEntry: [UInt32]] = [:]
  let turns = IndexTurns()
  /// The highest member number in use.
  private(set) var lastMember: UInt32 = 0
  private var lastMemberAtBegin: UInt32 = 0
  /// Members that are read and not yet inserted, with the hashes of their identifiers.
  private var loading: [(UInt32, UInt64, UInt64, UInt64)] = []
  /// Entries of all tables when memory was last given back.
  private var trimmedEntries = 0

  /// One change that a rollback takes back.
  private enum Change {
    case inserted(Identifier, UInt64, UInt32)
    case removed(Identifier, UInt64, UInt32)
    case replaced(UInt32, fingerprint: UInt64, importSeq: UInt32)
  }

  private struct RemovedEntry: Hashable {
    var identifier: Identifier
    var hash: UInt64
  }

  /// Which identifier; the raw value is its place in a record.
  enum Identifier: Int, CaseIterable {
    case email, phone, externalID

    /// Whether a stored value is the identifier that is looked for; a blank one never is.
    func isSame(_ stored: CellBytes, _ value: CellBytes) -> Bool {
      if unsafe stored.hasSameBytes(as: value) { return unsafe stored.count > 0 }
      guard self == .email, unsafe stored.count > 0 else { return false }
      return unsafe stored.withSpan { stored in
        unsafe value.withSpan { EmailKey.equal(stored, $0) }
      }
    }
  }

  init(seed: HashSeed = HashSeed()) { self.seed = seed }

  func table(_ identifier: Identifier) -> IdentityTable {
    switch identifier {
    case .email: email
    case .phone: phone
    case .externalID: externalID
    }
  }

  /// The hash by which a stored identifier is found; 0 for a blank one.
  func hash(_ identifier: Identifier, _ value: CellBytes) -> UInt64 {
    guard unsafe value.count > 0 else { return 0 }
    if identifier == .email { return unsafe IdentityKey.storedEmailHash(value, seed: seed) }
    return unsafe Fingerprint.hash(value, slot: identifier.rawValue, seed: seed)
  }

  @inline(__always)
  func fingerprint(_ member: UInt32) -> UInt64 { members.fingerprint(member) }

  @inline(__always)
  func importSeq(_ member: UInt32) -> UInt32 { members.importSeq(member) }

  // MARK: Changes

  /// The number of the next new member.
  func makeMember() -> UInt32 {
    lastMember += 1
    return lastMember
  }

  func insert(_ identifier: Identifier, _ hash: UInt64, _ member: UInt32) {
    table(identifier).insert(hash, member)
    journal.append(.inserted(identifier, hash, member))
  }

  func remove(_ identifier: Identifier, _ hash: UInt64, _ member: UInt32) {
    if table(identifier).remove(hash, member) {
      journal.append(.removed(identifier, hash, member))
      removed[RemovedEntry(identifier: identifier, hash: hash), default: []].append(member)
    }
  }

  /// Makes a member be found by another value of an identifier, or by none.
  ///
  /// - Returns: The hashes that it is no longer, and is newly, found by; 0 for none.
  func move(
    _ identifier: Identifier, _ member: UInt32, from old: CellBytes, to new: CellBytes
  ) -> (removed: UInt64, inserted: UInt64) {
    if unsafe old.hasSameBytes(as: new) { return (0, 0) }
    let hashes = unsafe (removed: hash(identifier, old), inserted: hash(identifier, new))
    if hashes.removed == hashes.inserted { return (0, 0) }
    if hashes.removed != 0 { remove(identifier, hashes.removed, member) }
    if hashes.inserted != 0 { insert(identifier, hashes.inserted, member) }
    return hashes
  }

  func set(_ member: UInt32, fingerprint: UInt64, importSeq: UInt32) {
    // A member made since begin() vanishes whole; only older ones need their former state.
    if member <= lastMemberAtBegin {
      journal.append(
        .replaced(
          member, fingerprint: members.fingerprint(member), importSeq: members.importSeq(member)))
    }
    members.set(member, fingerprint: fingerprint, importSeq: importSeq)
  }

  /// A member's values are others: what is known of them is found out anew when it is read.
  ///
  /// Not knowing is right whether or not the transaction is taken back, so that it is no change.
  func forgetFingerprint(_ member: UInt32) {
    members.set(member, fingerprint: 0, importSeq: members.importSeq(member))
  }

  // MARK: Transactions

  /// Entries that a rollback would take back; the writer commits before they take much memory.
  var journalCount: Int { journal.count }

  /// Starts a transaction: what changes from here on can be taken back.
  func begin() { exclusively { forgetChanges() } }

  private func forgetChanges() {
    removed.removeAll(keepingCapacity: removed.count < 1 << 12)
    journal.removeAll(keepingCapacity: journal.count < 1 << 16)
    lastMemberAtBegin = lastMember
  }

  /// Takes back every change since ``begin()``.
  func rollback() { exclusively { takeBack() } }

  private func takeBack() {
    for change in journal.reversed() {
      switch change {
      case .inserted(let identifier, let hash, let member):
        table(identifier).remove(hash, member)
      case .removed(let identifier, let hash, let member):
        table(identifier).insert(hash, member)
      case .replaced(let member, let fingerprint, let importSeq):
        members.set(member, fingerprint: fingerprint, importSeq: importSeq)
      }
    }
    while lastMember > lastMemberAtBegin {
      members.set(lastMember, fingerprint: 0, importSeq: 0)
      lastMember -= 1
    }
    forgetChanges()
  }

  // MARK: Lookups

  /// Runs what changes the index while nobody reads it; in small parts, since lookups wait.
  func exclusively<Result, Failure>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    turns.take()
    defer { turns.give(candidates) }
    return try body()
  }

  /// Every member that the hash stands for or stood for when the transaction began, in no order;
  /// perhaps others too.
  func candidates(_ identifier: Identifier, _ hash: UInt64) -> [UInt32] {
    let members = table(identifier).all(hash)
    guard !removed.isEmpty else { return members }
    return members + (removed[RemovedEntry(identifier: identifier, hash: hash)] ?? [])
  }

  // MARK: Memory

  /// Bytes of memory that it takes between two transactions.
  var byteCount: Int {
    email.byteCount + phone.byteCount + externalID.byteCount + members.byteCount
  }

  /// Gives back what growing has left behind, once the tables have grown by a sixteenth.
  ///
  /// Segments of one size are of no use to the next; they were a seventh of the memory at 5 million
  /// members.
  func trimMemory() {
    let entries = email.count + phone.count + externalID.count
    guard entries > trimmedEntries + max(trimmedEntries / 16, 1 << 18) else { return }
    trimmedEntries = entries
    muster_trim_memory()
  }

  // MARK: Loading

  /// No member gets a number up to this one, even if none has it.
  ///
  /// Only before the first transaction.
  func reserve(_ lastMember: UInt32) { self.lastMember = max(self.lastMember, lastMember) }

  /// Adds a stored member; only before the first transaction, in the order of the numbers.
  /// ``finishLoading()`` must follow the last one.
  func load(_ member: UInt32, identifiers: (CellBytes, CellBytes, CellBytes), importSeq: UInt32) {
    let keys = unsafe (
      hash(.email, identifiers.0), hash(.phone, identifiers.1), hash(.externalID, identifiers.2)
    )
    email.prefetch(keys.0)
    phone.prefetch(keys.1)
    externalID.prefetch(keys.2)
    loading.append((member, keys.0, keys.1, keys.2))
    if loading.count == Self.loadingMax { insertLoading() }
    members.set(member, fingerprint: 0, importSeq: importSeq)
    lastMember = max(lastMember, member)
  }

  /// Makes room for so many times what is loaded by now.
  func reserve(times factor: Int) {
    insertLoading()
    for table in [email, phone, externalID] { table.reserve(table.count * factor) }
  }

  /// Ends the loading of stored members.
  func finishLoading() {
    insertLoading()
    loading = []
    trimMemory()
    begin()
  }

  private func insertLoading() {
    for (member, emailKey, phoneKey, externalIDKey) in loading {
      if emailKey != 0 { email.insert(emailKey, member) }
      if phoneKey != 0 { phone.insert(phoneKey, member) }
      if externalIDKey != 0 { externalID.insert(externalIDKey, member) }
    }
    loading.removeAll(keepingCapacity: true)
  }

  /// Members whose slots are asked for before the first of them is inserted: waiting for memory was
  /// two fifths of loading.
  private static let loadingMax = 32
}
