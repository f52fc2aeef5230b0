/* A file that only who has the key can read: a copy of a store or of a centre.
 *
 *   "CTCOPY1\n"
 *   u32 size, then so much JSON that everybody reads: what it is, of when, and how to open it
 *   frames: u32 size, then so many bytes of crypto_secretstream (XChaCha20-Poly1305)
 *
 * Sizes are little-endian. The first frame holds the manifest and authenticates the JSON before it;
 * the following ones the content, compressed (xz); the last, marked as such, what is known at the
 * end: {"bytes", "sha256"} of the content. The file's own key is sealed to the worker's public key,
 * and, where a passphrase was given, also boxed with that (Argon2id). */
#ifndef MODEL_ENVELOPE_H
#define MODEL_ENVELOPE_H

#include "model/keeping/seal.h"

#include <jansson.h>

struct envelope_writer;
struct envelope_reader;

/* Who can open it: at least one of the two. */
struct envelope_for {
    const struct seal_key *key;
    const char *passphrase;
};

/* Makes a new file, which appears under its name when it is finished. `header` is what everybody
 * may read; it and the manifest are borrowed. ERROR_RULE where the file is there already. */
struct envelope_writer *envelope_new(const char *path, const json_t *header, const json_t *manifest,
                                     const struct envelope_for *who, struct error *err);
bool envelope_write(struct envelope_writer *writer, const void *bytes, size_t size,
                    struct error *err);
/* Both end the writer, whatever they return. */
bool envelope_finish(struct envelope_writer *writer, struct error *err);
void envelope_cancel(struct envelope_writer *writer); /* NULL is allowed */

/* Reads what everybody may read. ERROR_INPUT: it is no such file, or a damaged one. */
struct envelope_reader *envelope_open(const char *path, struct error *err);
void envelope_close(struct envelope_reader *reader);                 /* NULL is allowed */
const json_t *envelope_header(const struct envelope_reader *reader); /* not proven yet */
const char *envelope_key(const struct envelope_reader *reader);      /* its id, or NULL */
bool envelope_has_passphrase(const struct envelope_reader *reader);

/* Opens it with a key of the ring, or the passphrase; either may be NULL. The header is proven
 * then. ERROR_NOT_FOUND: the key is not among them; ERROR_DENIED: it is another passphrase. */
bool envelope_unlock(struct envelope_reader *reader, const struct key_ring *ring,
                     const char *passphrase, struct error *err);
const json_t *envelope_manifest(const struct envelope_reader *reader);
/* The content from its beginning, in pieces of at most `size`: how many bytes, 0 at the end, which
 * is then proven to be the whole, or -1. */
ssize_t envelope_read(struct envelope_reader *reader, void *bytes, size_t size, struct error *err);
/* How far it is read, of how many bytes of the file. */
void envelope_progress(const struct envelope_reader *reader, int64_t *done, int64_t *total);

#endif
