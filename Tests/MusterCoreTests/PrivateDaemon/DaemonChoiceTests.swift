import MusterCore
import Testing

struct DaemonChoiceTests {
  private static let home = ["HOME": "/home/ada"]

  private func surroundings(
    _ environment: [String: String], existing: Set<String> = [], own: Set<String> = [],
    listedHome: String? = nil
  ) -> UserSurroundings {
    UserSurroundings(
      environment: environment, exists: { existing.contains($0) },
      isOwnDirectory: { own.contains($0) }, listedHome: { listedHome })
  }

  @Test(
    arguments: [
      ("/a", ["MUSTER_SOCKET": "/b"], ["/run/muster"], "/a"),
      ("relative", [:], [], "relative"),
      (nil, ["MUSTER_SOCKET": "/b"], ["/run/muster"], "/b"),
      (nil, ["MUSTER_SOCKET": "/b"], [], "/b"),
    ] as [(String?, [String: String], Set<String>, String)])
  func `a named socket is used whatever else there is`(
    _ option: String?, _ environment: [String: String], _ existing: Set<String>, _ path: String
  ) throws {
    let choice = try DaemonChoice(
      socketOption: option, surroundings(environment, existing: existing))
    #expect(choice == .named(socketPath: path))
  }

  @Test(
    arguments: [
      ([:], ["/run/muster"], "/run/muster/muster.sock"),
      (["MUSTER_SOCKET": ""], ["/run/muster"], "/run/muster/muster.sock"),
      (["MUSTER_SYSTEM_DIRECTORY": "/sys"], ["/sys"], "/sys/muster.sock"),
      (["MUSTER_SYSTEM_DIRECTORY": "sys"], ["/run/muster", "sys"], "/run/muster/muster.sock"),
    ] as [([String: String], Set<String>, String)])
  func `where a system daemon belongs no private one is chosen`(
    _ environment: [String: String], _ existing: Set<String>, _ path: String
  ) throws {
    let all = environment.merging(Self.home) { $1 }
    let choice = try DaemonChoice(socketOption: nil, surroundings(all, existing: existing))
    #expect(choice == .system(socketPath: path))
  }

  @Test func `with nothing named and no system daemon it is a private one`() throws {
    let found = surroundings(
      Self.home.merging(["MUSTER_SYSTEM_DIRECTORY": "/sys"]) { $1 }, existing: ["/run/muster"])
    let paths = try PrivatePaths(found)
    #expect(try DaemonChoice(socketOption: nil, found) == .ownPrivate(paths))
  }

  @Test(
    arguments: [
      // Variables; data, socket, log and configuration.
      (
        [:],
        [
          "/home/ada/.local/share/muster", "/home/ada/.local/state/muster/muster.sock",
          "/home/ada/.local/state/muster/musterd.log", "/home/ada/.config/muster/muster.json",
        ]
      ),
      (
        ["XDG_RUNTIME_DIR": "/run/user/1"],
        [
          "/home/ada/.local/share/muster", "/run/user/1/muster/muster.sock",
          "/home/ada/.local/state/muster/musterd.log", "/home/ada/.config/muster/muster.json",
        ]
      ),
      (
        [
          "XDG_RUNTIME_DIR": "/run/user/1/", "XDG_DATA_HOME": "/d//", "XDG_STATE_HOME": "/s",
          "XDG_CONFIG_HOME": "/c",
        ],
        [
          "/d/muster", "/run/user/1/muster/muster.sock", "/s/muster/musterd.log",
          "/c/muster/muster.json",
        ]
      ),
      // Another user's, a relative one, an empty one: as if it were not set.
      (
        ["XDG_RUNTIME_DIR": "/run/user/2", "XDG_STATE_HOME": "/s"],
        [
          "/home/ada/.local/share/muster", "/s/muster/muster.sock", "/s/muster/musterd.log",
          "/home/ada/.config/muster/muster.json",
        ]
      ),
      (
        [
          "XDG_RUNTIME_DIR": "run", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "",
          "XDG_CONFIG_HOME": "./c",
        ],
        [
          "/home/ada/.local/share/muster", "/home/ada/.local/state/muster/muster.sock",
          "/home/ada/.local/state/muster/musterd.log", "/home/ada/.config/muster/muster.json",
        ]
      ),
    ] as [([String: String], [String])])
  func `a private daemon's paths are those of the XDG directories`(
    _ environment: [String: String], _ expected: [String]
  ) throws {
    let paths = try PrivatePaths(
      surroundings(Self.home.merging(environment) { $1 }, own: ["/run/user/1", "run"]))
    #expect(
      [paths.dataDirectory, paths.socketPath, paths.logFile, paths.configurationFile] == expected)
    #expect(paths.useLock.hasPrefix(expected[0] + "/"))
    #expect(paths.startLock.hasPrefix(expected[0] + "/"))
    #expect(Set([paths.useLock, paths.startLock, paths.dataLock, paths.record]).count == 4)
  }

  @Test(arguments: [[:], ["HOME": ""], ["HOME": "home"]] as [[String: String]])
  func `without HOME it is the home of the system's list of users`(
    _ environment: [String: String]
  ) throws {
    let listed = try PrivatePaths(surroundings(environment, listedHome: "/var/ada/"))
    #expect(listed.dataDirectory == "/var/ada/.local/share/muster")
    for home in [nil, "", "ada"] {
      #expect(throws: PrivateDaemonRefusal.self) {
        try PrivatePaths(surroundings(environment, listedHome: home))
      }
    }
  }

  @Test func `no home is needed where every directory is named`() throws {
    let paths = try PrivatePaths(
      surroundings(["XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s", "XDG_CONFIG_HOME": "/c"]))
    #expect(paths.socketPath == "/s/muster/muster.sock")
  }

  @Test func `a socket's path of 107 bytes is taken, a longer one refused in words`() throws {
    // "/muster/muster.sock" has 19 bytes.
    for (count, isTaken) in [(88, true), (89, false)] {
      let state = "/" + String(repeating: "s", count: count - 1)
      let found = surroundings(Self.home.merging(["XDG_STATE_HOME": state]) { $1 })
      if isTaken {
        #expect(try PrivatePaths(found).socketPath.utf8.count == 107)
      } else {
        let refusal = #expect(throws: PrivateDaemonRefusal.self) { try PrivatePaths(found) }
        #expect(refusal?.message.contains("108 bytes; at most 107") == true)
      }
    }
  }
}
