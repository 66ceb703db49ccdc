/*
 * What a dynamic loader reads of an executable or a library. Every place is checked to be within the file.
 * Source: System V ABI, chapter "Dynamic Linking"; LSB Core, "Symbol Versioning"; GNU hash tables as binutils write them.
 */
#ifndef ELF_H
#define ELF_H
#include "system.h"

#define PT_LOAD 1
#define PT_DYNAMIC 2
#define PT_INTERP 3
#define DT_NEEDED 1
#define DT_STRTAB 5
#define DT_SYMTAB 6
#define DT_STRSZ 10
#define DT_SONAME 14
#define DT_GNU_HASH 0x6ffffef5UL
#define DT_VERDEF 0x6ffffffcUL
#define DT_VERNEED 0x6ffffffeUL
#define VERSION_IS_WEAK 2
#define STB_GLOBAL 1

struct elf_header {
  u8 ident[16];
  u16 type, machine;
  u32 version;
  u64 entry, segments, sections;
  u32 flags;
  u16 size, segment_size, segment_count, section_size, section_count, names;
};
struct segment { u32 type, flags; u64 offset, address, physical, size, memory, alignment; };
struct dynamic { u64 tag, value; };
struct symbol { u32 name; u8 info, other; u16 section; u64 value, size; };
struct need { u16 version, count; u32 file, first, next; };
struct needed_version { u32 hash; u16 flags, other; u32 name, next; };
struct definition { u16 version, flags, index, count; u32 hash, first, next; };
struct definition_name { u32 name, next; };

struct object {
  struct file file;
  const struct segment *segments;
  u32 segment_count;
  const struct dynamic *dynamic;
  u32 dynamic_count;
};

/* `size` bytes at a place in the file, or 0. */
static const void *at(const struct object *object, u64 offset, u64 size) {
  if (offset > object->file.size || size > object->file.size - offset) return 0;
  return object->file.bytes + offset;
}

/* `size` bytes at an address, or 0. */
static const void *at_address(const struct object *object, u64 address, u64 size) {
  for (u32 i = 0; i < object->segment_count; i++) {
    const struct segment *one = &object->segments[i];
    if (one->type != PT_LOAD || address < one->address || address - one->address > one->size) continue;
    if (size > one->size - (address - one->address)) return 0;
    return at(object, one->offset + (address - one->address), size);
  }
  return 0;
}

static u64 value_of(const struct object *object, u64 tag) {
  for (u32 i = 0; i < object->dynamic_count; i++)
    if (object->dynamic[i].tag == tag) return object->dynamic[i].value;
  return 0;
}

/* A name of the string table; "" when it is not within it. */
static const char *name_at(const struct object *object, u64 offset) {
  u64 size = value_of(object, DT_STRSZ);
  u64 table = value_of(object, DT_STRTAB);
  for (u32 i = 0; i < object->segment_count; i++) {
    const struct segment *one = &object->segments[i];
    if (one->type != PT_LOAD || table < one->address || table - one->address >= one->size) continue;
    u64 start = one->offset + (table - one->address);
    if (start > object->file.size || size > object->file.size - start || offset >= size) return "";
    const char *names = (const char *)object->file.bytes + start;
    return names[size - 1] == 0 ? names + offset : "";
  }
  return "";
}

/* Reads the headers. Returns whether this is a dynamic object for this processor. */
static int read_object(const char *path, struct object *object) {
  *object = (struct object){read_file(path), 0, 0, 0, 0};
  const struct elf_header *header = at(object, 0, sizeof *header);
  if (!object->file.bytes || !header) return 0;
  if (*(const u32 *)header->ident != 0x464c457f || header->ident[4] != 2 || header->ident[5] != 1) return 0;
  if (header->machine != MACHINE || header->segment_size != sizeof(struct segment)) return 0;
  object->segments = at(object, header->segments, header->segment_count * sizeof(struct segment));
  if (!object->segments) return 0;
  object->segment_count = header->segment_count;
  for (u32 i = 0; i < object->segment_count; i++) {
    const struct segment *one = &object->segments[i];
    if (one->type != PT_DYNAMIC) continue;
    object->dynamic = at(object, one->offset, one->size);
    object->dynamic_count = object->dynamic ? (u32)(one->size / sizeof(struct dynamic)) : 0;
  }
  return object->dynamic_count > 0;
}

/* The path of the loader that an executable asks for, or 0. */
static const char *interpreter(const struct object *object) {
  for (u32 i = 0; i < object->segment_count; i++) {
    const struct segment *one = &object->segments[i];
    if (one->type != PT_INTERP) continue;
    const char *path = at(object, one->offset, one->size);
    return path && one->size > 0 && path[one->size - 1] == 0 ? path : 0;
  }
  return 0;
}

/* Whether the object defines the version of this name and hash. */
static int defines_version(const struct object *object, const char *name, u32 hash) {
  u64 address = value_of(object, DT_VERDEF);
  while (address) {
    const struct definition *one = at_address(object, address, sizeof *one);
    if (!one) return 0;
    if (one->hash == hash) {
      const struct definition_name *first = at_address(object, address + one->first, sizeof *first);
      if (first && equal(name_at(object, first->name), name)) return 1;
    }
    if (!one->next) return 0;
    address += one->next;
  }
  return 0;
}

/* Whether the object defines the symbol of this name, in any version. */
static int defines_symbol(const struct object *object, const char *name) {
  u32 hash = 5381;
  for (const char *letter = name; *letter; letter++) hash = hash * 33 + (u8)*letter;
  u64 address = value_of(object, DT_GNU_HASH);
  const u32 *head = at_address(object, address, 16);
  if (!head || head[0] == 0) return 0;
  u64 buckets = address + 16 + (u64)head[2] * 8;
  const u32 *bucket = at_address(object, buckets + (u64)(hash % head[0]) * 4, 4);
  if (!bucket || *bucket < head[1]) return 0;
  for (u32 index = *bucket;; index++) {
    const u32 *chain = at_address(object, buckets + (u64)head[0] * 4 + (u64)(index - head[1]) * 4, 4);
    const struct symbol *one = at_address(object, value_of(object, DT_SYMTAB) + (u64)index * sizeof *one, sizeof *one);
    if (!chain || !one) return 0;
    if ((*chain | 1) == (hash | 1) && one->section && equal(name_at(object, one->name), name)) return 1;
    if (*chain & 1) return 0;
  }
}

#endif
