internal import MusterCore
public import MusterWire

/// A chunk with these rows, each a list of cells.
public func makeChunk(firstRow: UInt64, rows: [[String]]) throws -> RowChunk {
  try makeChunk(firstRow: firstRow, byteRows: rows.map { $0.map { Array($0.utf8) } })
}

/// A chunk with these rows, each a list of cells of any bytes.
public func makeChunk(firstRow: UInt64, byteRows: [[[UInt8]]]) throws -> RowChunk {
  var builder = RowChunkBuilder()
  append(byteRows, to: &builder)
  return try builder.build(firstRow: firstRow)
}

/// Adds rows to a chunk that is being built.
public func append(_ rows: [[[UInt8]]], to builder: inout RowChunkBuilder) {
  for row in rows {
    for cell in row { unsafe cell.withUnsafeBufferPointer { unsafe builder.append($0) } }
    builder.endRow()
  }
}

/// A copy of a chunk's rows.
public func copyRows(_ chunk: RowChunk) -> [[[UInt8]]] {
  (0..<chunk.rowCount).map { row in
    let cells = unsafe chunk.cells(ofRow: row)
    return (0..<cells.count).map { place in unsafe Array(cells[place].buffer) }
  }
}
