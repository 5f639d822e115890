#ifndef CPAGE_H
#define CPAGE_H

#include <stddef.h>

/// A file of the HTML report, as it is in the binary.
struct page_part {
  /// Not terminated.
  const unsigned char *bytes;
  size_t length;
};

/// The page, in which `{{style}}`, `{{log}}` and `{{script}}` stand for what is put in.
struct page_part page_template(void);
struct page_part page_style(void);
struct page_part page_script(void);

#endif
