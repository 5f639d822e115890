#ifndef CEDIT_H
#define CEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libedit as the mind of a line editor: its keys, its history and what it does to a line. It draws
// nothing, and its characters come from the caller, who may serve an event loop meanwhile.

typedef struct edit_editor edit_editor;

typedef struct {
  // The next character, or a negative number: the line is to end without a result.
  int32_t (*character)(void *context);
  // Enter: whether the line is complete. Else a newline goes into it.
  bool (*is_complete)(void *context);
  // Tab: the caller may change the line.
  void (*complete)(void *context);
  // Ctrl-L.
  void (*clear)(void *context);
} edit_callbacks;

// An editor on the terminal that is the standard input; NULL where libedit refuses.
edit_editor *edit_new(const char *program, const edit_callbacks *callbacks, void *context);
void edit_free(edit_editor *editor);

enum edit_result { EDIT_LINE, EDIT_END, EDIT_STOPPED };

// Edits a line to its end. EDIT_STOPPED where the caller had no character.
enum edit_result edit_line(edit_editor *editor);

// The line as it is, as code points; valid until the next call.
const uint32_t *edit_text(edit_editor *editor, size_t *count, size_t *cursor);

// Puts text at the cursor in the place of the `deleted` characters before it.
bool edit_insert(edit_editor *editor, size_t deleted, const uint32_t *text, size_t count);

// Adds an entry to the history, terminated by 0.
void edit_remember(edit_editor *editor, const uint32_t *text);

// Has the terminal send keys as they are typed, without showing them, or lines as for any program.
// Between two lines it goes on sending keys, so that what is typed ahead comes as it was typed.
void edit_take_keys(edit_editor *editor, bool does);

#endif
