internal import MusterCore
internal import MusterWire

/// Members that meet some conditions, in the order of their numbers.
///
/// They are asked for page by page, as the sequence is gone through; each page has them as they are
/// at its time. Going through it again asks again.
public struct StoredMembers: AsyncSequence, Sendable {
  /// One member.
  public typealias Element = StoredMember
  /// A ``MusterClientError``, or a `CancellationError`.
  public typealias Failure = any Error

  private let client: MusterClient
  private let request: ListMembersRequest

  init(client: MusterClient, request: ListMembersRequest) {
    self.client = client
    self.request = request
  }

  /// Begins with the first member.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(client: client, request: request)
  }

  /// Reads one page after the other.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let client: MusterClient
    private var request: ListMembersRequest
    private var page: ArraySlice<MemberSnapshot> = []
    private var isLast = false

    fileprivate init(client: MusterClient, request: ListMembersRequest) {
      self.client = client
      self.request = request
    }

    /// The next member; nil after the last.
    ///
    /// - Throws: ``MusterClientError``.
    public mutating func next() async throws -> StoredMember? {
      while page.isEmpty && !isLast {
        try Task.checkCancellation()
        let answer = try await client.listMembers(request)
        page = answer.members[...]
        request.pageToken = answer.nextPageToken
        isLast = answer.nextPageToken.isEmpty
      }
      return page.popFirst().map(StoredMember.init)
    }
  }
}
