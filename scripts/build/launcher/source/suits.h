/*
 * Whether the system's own loader and libraries can run an executable, found without running them: a program that was
 * started with the wrong ones can only fail.
 *
 * A wrong no does no harm: Node then runs with the loader and libraries of the package. So only libraries in the cache of
 * the system's loader count, and where LD_LIBRARY_PATH is set the answer is no. Source: glibc, elf/dl-cache.h.
 */
#ifndef SUITS_H
#define SUITS_H
#include "elf.h"

struct cache_header { char magic[20]; u32 count, size; u32 reserved[5]; };
struct cache_entry { u32 flags, name, path, system; u64 processor; };
struct old_cache_header { char magic[12]; u32 count; };

/* The part of the loader's cache that glibc reads since 2.2; of an older form it is the second part. */
static struct file system_cache(void) {
  struct file cache = read_file("/etc/ld.so.cache");
  if (cache.size >= sizeof(struct old_cache_header) && starts_with((const char *)cache.bytes, "ld.so-1.7.0")) {
    u64 count = ((const struct old_cache_header *)cache.bytes)->count;
    u64 start = (sizeof(struct old_cache_header) + count * 12 + 7) / 8 * 8;
    if (start >= cache.size) return (struct file){0, 0};
    cache = (struct file){cache.bytes + start, cache.size - start};
  }
  const char *magic = "glibc-ld.so.cache1.1";
  if (cache.size < sizeof(struct cache_header) || !starts_with((const char *)cache.bytes, magic))
    return (struct file){0, 0};
  return cache;
}

/* A text of the cache that ends within it, or 0. */
static const char *text_of(struct file cache, u64 offset) {
  for (u64 end = offset; end < cache.size; end++)
    if (!cache.bytes[end]) return (const char *)cache.bytes + offset;
  return 0;
}

/* The path of a library that every processor takes, or 0. */
static const char *cached_path(struct file cache, const char *name) {
  const struct cache_header *header = (const struct cache_header *)cache.bytes;
  const struct cache_entry *entries = (const struct cache_entry *)(cache.bytes + sizeof *header);
  if (header->count > (cache.size - sizeof *header) / sizeof *entries) return 0;
  for (u32 i = 0; i < header->count; i++) {
    const struct cache_entry *one = &entries[i];
    if (one->flags != CACHE_FLAGS || one->processor) continue;
    const char *found = text_of(cache, one->name);
    if (found && equal(found, name)) return text_of(cache, one->path);
  }
  return 0;
}

#define MOST_OBJECTS 16

struct loaded {
  const char *names[MOST_OBJECTS];
  struct object objects[MOST_OBJECTS];
  u32 count;
};

static const struct object *find(const struct loaded *loaded, const char *name) {
  for (u32 i = 1; i < loaded->count; i++)
    if (equal(loaded->names[i], name)) return &loaded->objects[i];
  return 0;
}

/* Reads every library that one of those read needs, and so on. */
static int read_needed(struct loaded *loaded, struct file cache) {
  for (u32 i = 0; i < loaded->count; i++) {
    const struct object *object = &loaded->objects[i];
    for (u32 j = 0; j < object->dynamic_count; j++) {
      if (object->dynamic[j].tag != DT_NEEDED) continue;
      const char *name = name_at(object, object->dynamic[j].value);
      if (find(loaded, name)) continue;
      const char *path = cached_path(cache, name);
      if (!path || loaded->count == MOST_OBJECTS) return 0;
      if (!read_object(path, &loaded->objects[loaded->count])) return 0;
      loaded->names[loaded->count++] = name;
    }
  }
  return 1;
}

/* Whether each version that an object needs is defined where it expects it: what the loader itself checks. */
static int has_versions(const struct loaded *loaded, const struct object *object) {
  u64 address = value_of(object, DT_VERNEED);
  while (address) {
    const struct need *need = at_address(object, address, sizeof *need);
    if (!need) return 0;
    const struct object *provider = find(loaded, name_at(object, need->file));
    if (!provider) return 0;
    u64 place = address + need->first;
    for (u32 i = 0; i < need->count; i++) {
      const struct needed_version *one = at_address(object, place, sizeof *one);
      if (!one) return 0;
      int defined = defines_version(provider, name_at(object, one->name), one->hash);
      if (!defined && !(one->flags & VERSION_IS_WEAK)) return 0;
      place += one->next;
    }
    if (!need->next) break;
    address += need->next;
  }
  return 1;
}

/*
 * Whether the loader has what the C library expects of it. The two are one piece, and no version tells which belong
 * together: what is private between them changes with every release.
 */
static int are_one_piece(const struct object *libc, const struct object *loader) {
  const u32 *head = at_address(libc, value_of(libc, DT_GNU_HASH), 16);
  if (!head) return 0;
  /* Those that are not defined come before those in the hash table. */
  for (u32 index = 1; index < head[1]; index++) {
    const struct symbol *one = at_address(libc, value_of(libc, DT_SYMTAB) + (u64)index * sizeof *one, sizeof *one);
    if (!one) return 0;
    if (one->section || one->info >> 4 != STB_GLOBAL) continue;
    if (!defines_symbol(loader, name_at(libc, one->name))) return 0;
  }
  return 1;
}

static const char *last_part(const char *path) {
  const char *last = path;
  for (; *path; path++) if (*path == '/') last = path + 1;
  return last;
}

/* Whether the system can run the executable at `path`. */
static int system_suits(const char *path) {
  static struct loaded loaded;
  if (!read_object(path, &loaded.objects[0])) return 0;
  const char *loader = interpreter(&loaded.objects[0]);
  if (!loader || !read_object(loader, &loaded.objects[1])) return 0;
  /* In the place of a loader may be a program that says why there is none (NixOS), or another system's (gcompat). */
  if (!equal(name_at(&loaded.objects[1], value_of(&loaded.objects[1], DT_SONAME)), last_part(loader))) return 0;
  loaded.names[0] = path;
  loaded.names[1] = last_part(loader);
  loaded.count = 2;
  struct file cache = system_cache();
  if (!cache.bytes || !read_needed(&loaded, cache)) return 0;
  for (u32 i = 0; i < loaded.count; i++)
    if (!has_versions(&loaded, &loaded.objects[i])) return 0;
  const struct object *libc = find(&loaded, "libc.so.6");
  return libc && are_one_piece(libc, &loaded.objects[1]);
}

#endif
