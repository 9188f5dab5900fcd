internal import Glibc

/// Bytes of this process, or of another one, that are in memory; 0 if that cannot be read.
public func residentMemory(ofProcess pid: Int32? = nil) -> Int {
  let path = "/proc/\(pid.map(String.init) ?? "self")/statm"
  guard let file = unsafe fopen(path, "r") else { return 0 }
  defer { unsafe fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  guard unsafe fgets(&line, Int32(line.count), file) != nil else { return 0 }
  let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
}
