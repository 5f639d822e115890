/// What a service manager does for a program that is to serve a socket (`sd_listen_fds(3)`).
enum ServiceManager {
  private static let activation = """
    import os, socket, sys
    passed = socket.socket(socket.AF_UNIX)
    passed.bind(sys.argv[1])
    passed.listen()
    os.dup2(passed.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="lines")
    os.execvp(sys.argv[2], sys.argv[2:])
    """

  /// The words of a command that starts a program with a socket that listens at a path.
  static func words(starting program: [String], listeningAt path: String) -> [String] {
    ["python3", "-c", activation, path] + program
  }
}
