// Requests, responses and row chunks are part of this library's API: one import gives all of it.
@_exported public import MusterCore
@_exported public import MusterWire
