internal import GRPCCore
internal import MusterWire

/// The members of a workspace, in the order in which they were made.
///
/// They are read from the daemon as they are asked for, so that memory stays constant. They are
/// complete only when the sequence ends without an error. It is gone through once, by one task.
public struct ExportedRows: AsyncSequence {
  /// One member.
  public typealias Element = ExportedRow
  /// A ``MusterClientError``, or a `CancellationError`.
  public typealias Failure = any Error

  /// The columns, one for each cell of every row.
  public var columns: [MemberColumn] { reader.header.columns }

  private let reader: ExportReader

  init(_ response: StreamingClientResponse<ExportResponse>) async throws {
    reader = try await ExportReader(response)
  }

  /// Goes on with the rows that nobody has read.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }

  /// Reads the rows of an export.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let reader: ExportReader

    /// Waits for the next row; nil after the last.
    ///
    /// - Throws: ``MusterClientError``.
    public mutating func next() async throws -> ExportedRow? { try await next(isolation: nil) }

    /// Waits for the next row; nil after the last.
    ///
    /// - Throws: ``MusterClientError``.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(any Error) -> ExportedRow? {
      try await reader.next(isolation: actor)
    }
  }
}

@available(*, unavailable)
extension ExportedRows: Sendable {}

@available(*, unavailable)
extension ExportedRows.AsyncIterator: Sendable {}

/// Takes the messages of an export apart; used by one task.
private final class ExportReader {
  let header: ExportColumns
  private var messages: RPCAsyncSequence<ExportResponse, any Error>.AsyncIterator
  private var chunk: RowChunk?
  private var row = 0

  init(_ response: StreamingClientResponse<ExportResponse>) async throws {
    messages = response.messages.makeAsyncIterator()
    guard case .header(let names) = try await messages.next(isolation: nil) else {
      throw RPCError(code: .dataLoss, message: "The daemon's export began without its columns.")
    }
    header = ExportColumns(names)
  }

  func next(isolation actor: isolated (any Actor)?) async throws -> ExportedRow? {
    while true {
      if let chunk, row < chunk.rowCount {
        defer { row += 1 }
        return ExportedRow(chunk: chunk, row: row, header: header)
      }
      do {
        guard let message = try await messages.next(isolation: actor) else { return nil }
        guard case .chunk(let rows) = message else { continue }
        chunk = rows
        row = 0
      } catch let error as RPCError {
        throw MusterClientError(error)
      }
    }
  }
}
