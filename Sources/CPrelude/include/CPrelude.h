#ifndef CPRELUDE_H
#define CPRELUDE_H

#include <stddef.h>

/// The Lua source of one file of a prelude, as it is in the binary.
struct prelude_chunk {
  /// The file's name without ".lua", and the field of `host.prelude` that holds what the chunk returns.
  const char *name;
  /// The source, not terminated.
  const unsigned char *bytes;
  size_t length;
};

/// Chunks in any order: each is loaded when another one, or a script, first uses it.
struct prelude_sources {
  const struct prelude_chunk *chunks;
  size_t count;
};

/// The scenario language.
struct prelude_sources prelude_sources(void);

#endif
