#include "CEdit.h"

#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

struct edit_editor {
  EditLine *line;
  HistoryW *history;
  FILE *screen;  // where libedit draws: nowhere
  edit_callbacks callbacks;
  void *context;
  bool was_stopped;
  bool was_entered;
};

enum { HISTORY_SIZE = 2000 };

static edit_editor *editor_of(EditLine *line) {
  edit_editor *editor = NULL;
  el_wget(line, EL_CLIENTDATA, &editor);
  return editor;
}

static int next_character(EditLine *line, wchar_t *character) {
  edit_editor *editor = editor_of(line);
  int32_t next = editor->callbacks.character(editor->context);
  editor->was_stopped = next < 0;
  if (next < 0) return -1;
  *character = (wchar_t)next;
  return 1;
}

static unsigned char enter(EditLine *line, int key) {
  (void)key;
  edit_editor *editor = editor_of(line);
  editor->was_entered = editor->callbacks.is_complete(editor->context);
  if (editor->was_entered) return CC_NEWLINE;
  return el_winsertstr(line, L"\n") == 0 ? CC_REFRESH : CC_ERROR;
}

static unsigned char complete(EditLine *line, int key) {
  (void)key;
  edit_editor *editor = editor_of(line);
  editor->callbacks.complete(editor->context);
  return CC_REFRESH;
}

static unsigned char clear(EditLine *line, int key) {
  (void)key;
  edit_editor *editor = editor_of(line);
  editor->callbacks.clear(editor->context);
  return CC_REFRESH;
}

static void add_keys(EditLine *line) {
  el_wset(line, EL_ADDFN, L"parley-enter", L"runs the line, or goes on", enter);
  el_wset(line, EL_ADDFN, L"parley-complete", L"completes a word", complete);
  el_wset(line, EL_ADDFN, L"parley-clear", L"clears the screen", clear);
  el_wset(line, EL_BIND, L"\\t", L"parley-complete", NULL);
  el_wset(line, EL_BIND, L"^L", L"parley-clear", NULL);
  el_wset(line, EL_BIND, L"^R", L"em-inc-search-prev", NULL);
  // The keys that send sequences of several characters, as terminals of our time do.
  const wchar_t *keys[][2] = {
    {L"\\e[A", L"ed-prev-history"}, {L"\\e[B", L"ed-next-history"},
    {L"\\e[C", L"ed-next-char"}, {L"\\e[D", L"ed-prev-char"},
    {L"\\eOA", L"ed-prev-history"}, {L"\\eOB", L"ed-next-history"},
    {L"\\eOC", L"ed-next-char"}, {L"\\eOD", L"ed-prev-char"},
    {L"\\e[H", L"ed-move-to-beg"}, {L"\\e[F", L"ed-move-to-end"},
    {L"\\eOH", L"ed-move-to-beg"}, {L"\\eOF", L"ed-move-to-end"},
    {L"\\e[1~", L"ed-move-to-beg"}, {L"\\e[4~", L"ed-move-to-end"},
    {L"\\e[3~", L"ed-delete-next-char"}, {L"\\e[1;5C", L"em-next-word"},
    {L"\\e[1;5D", L"ed-prev-word"},
  };
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    el_wset(line, EL_BIND, keys[i][0], keys[i][1], NULL);
  }
}

static void bind_enter(EditLine *line) {
  el_wset(line, EL_BIND, L"^M", L"parley-enter", NULL);
  el_wset(line, EL_BIND, L"^J", L"parley-enter", NULL);
}

static void set_up(edit_editor *editor) {
  EditLine *line = editor->line;
  el_wset(line, EL_CLIENTDATA, editor);
  el_wset(line, EL_GETCFN, next_character);
  el_wset(line, EL_SIGNAL, 0);
  el_wset(line, EL_EDITOR, L"emacs");
  HistEventW event;
  editor->history = history_winit();
  if (editor->history != NULL) {
    history_w(editor->history, &event, H_SETSIZE, HISTORY_SIZE);
    history_w(editor->history, &event, H_SETUNIQUE, 1);
    el_wset(line, EL_HIST, history_w, editor->history);
  }
  add_keys(line);
  el_source(line, NULL);  // ~/.editrc, whose keys win over those above
  bind_enter(line);
}

static edit_editor *make(const char *program, const edit_callbacks *callbacks, void *context) {
  edit_editor *editor = calloc(1, sizeof *editor);
  if (editor == NULL) return NULL;
  editor->callbacks = *callbacks;
  editor->context = context;
  editor->screen = fopen("/dev/null", "we");
  if (editor->screen != NULL) {
    // It asks the terminal for its modes, and writes to the file.
    editor->line = el_init_fd(program, stdin, editor->screen, editor->screen, STDIN_FILENO,
                              STDOUT_FILENO, STDERR_FILENO);
  }
  if (editor->line == NULL) {
    edit_free(editor);
    return NULL;
  }
  set_up(editor);
  return editor;
}

// Which characters are letters decides libedit when it starts and with each map of keys, by the
// locale of its thread. The process keeps its own, as that of Lua's functions.
edit_editor *edit_new(const char *program, const edit_callbacks *callbacks, void *context) {
  locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  locale_t before = unicode == (locale_t)0 ? (locale_t)0 : uselocale(unicode);
  edit_editor *editor = make(program, callbacks, context);
  if (before != (locale_t)0) uselocale(before);
  if (unicode != (locale_t)0) freelocale(unicode);
  return editor;
}

void edit_free(edit_editor *editor) {
  if (editor == NULL) return;
  if (editor->line != NULL) el_end(editor->line);
  if (editor->history != NULL) history_wend(editor->history);
  if (editor->screen != NULL) fclose(editor->screen);
  free(editor);
}

enum edit_result edit_line(edit_editor *editor) {
  int count = 0;
  editor->was_stopped = editor->was_entered = false;
  el_wgets(editor->line, &count);
  el_wset(editor->line, EL_PREP_TERM, 1);
  if (editor->was_stopped) {
    el_reset(editor->line);
    return EDIT_STOPPED;
  }
  return editor->was_entered ? EDIT_LINE : EDIT_END;
}

const uint32_t *edit_text(edit_editor *editor, size_t *count, size_t *cursor) {
  const LineInfoW *line = el_wline(editor->line);
  *count = (size_t)(line->lastchar - line->buffer);
  *cursor = (size_t)(line->cursor - line->buffer);
  return (const uint32_t *)line->buffer;
}

bool edit_insert(edit_editor *editor, size_t deleted, const uint32_t *text, size_t count) {
  wchar_t *copy = malloc((count + 1) * sizeof *copy);
  if (copy == NULL) return false;
  for (size_t i = 0; i < count; i++) copy[i] = (wchar_t)text[i];
  copy[count] = L'\0';
  if (deleted > 0) el_wdeletestr(editor->line, (int)deleted);
  bool is_inserted = count == 0 || el_winsertstr(editor->line, copy) == 0;
  free(copy);
  return is_inserted;
}

void edit_remember(edit_editor *editor, const uint32_t *text) {
  HistEventW event;
  if (editor->history != NULL) {
    history_w(editor->history, &event, H_ENTER, (const wchar_t *)text);
  }
}

void edit_take_keys(edit_editor *editor, bool does) {
  // libedit does nothing where it thinks that the mode is set already.
  el_wset(editor->line, EL_PREP_TERM, does ? 0 : 1);
  el_wset(editor->line, EL_PREP_TERM, does ? 1 : 0);
}
