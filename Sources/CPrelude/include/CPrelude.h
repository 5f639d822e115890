#ifndef CPRELUDE_H
#define CPRELUDE_H

#include <stddef.h>

/// The Lua source of one file of the scenario prelude, as it is in the binary.
struct prelude_chunk {
  /// The file's name without ".lua", and the field of `host.prelude` that holds what the chunk returns.
  const char *name;
  /// The source, not terminated.
  const unsigned char *bytes;
  size_t length;
};

/// The chunks in any order: each is loaded when another one, or a script, first uses it.
const struct prelude_chunk *prelude_chunks(void);

/// How many chunks `prelude_chunks` points to.
size_t prelude_chunk_count(void);

#endif
