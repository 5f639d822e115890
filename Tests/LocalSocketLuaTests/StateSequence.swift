import Glibc
import TestSupport

/// A program that makes one Lua state after the other, runs a script in each, and closes it, which
/// the interpreter cannot do.
struct StateSequence {
  private let directory = TemporaryDirectory()

  private static let source = """
    #include <lua5.4/lauxlib.h>
    #include <lua5.4/lualib.h>
    #include <stdio.h>

    int main(int count, char **arguments) {
      for (int number = 1; number <= 3; number++) {
        lua_State *L = luaL_newstate();
        luaL_openlibs(L);
        if (luaL_dostring(L, arguments[count - 1])) {
          puts(lua_tostring(L, -1));
          return 1;
        }
        lua_close(L);
        printf("closed %d\\n", number);
        fflush(stdout);
      }
      return 0;
    }
    """

  /// Compiles the program, and runs a script in each of three states.
  func run(_ script: String) throws -> Command {
    let source = directory.file("states.c")
    let program = directory.file("states")
    write(Self.source, to: source)
    let compiling = try Command(["clang", "-o", program, source, "-llua5.4"])
    guard compiling.status == 0 else { return compiling }
    return try Command([program, script], environment: StockLua.environment)
  }

  private func write(_ text: String, to path: String) {
    guard let file = unsafe fopen(path, "w") else { return }
    unsafe fputs(text, file)
    unsafe fclose(file)
  }
}
