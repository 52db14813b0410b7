/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the games: numbers at random, and a device that does random things with a ring of either
 * layout. Included after what has the checks.
 */
#ifndef _RANDOM_DEVICE_H
#define _RANDOM_DEVICE_H

#define CHUNK		512U	/* memory that a request has for itself */

/* Each thread has its own. */
static __thread u64 random_state;

static u32 random_below(u32 n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % n;
}

static u32 iter_copy(struct iov_iter *iter, u8 *data, bool out)
{
	u32 at = 0;
	u32 part;

	while (iter->nr_segs--) {
		part = min_t(u32, iter->kvec->iov_len, iter->count - at);
		if (out)
			memcpy(data + at, iter->kvec->iov_base, part);
		else
			memcpy(iter->kvec->iov_base, data + at, part);
		at += part;
		iter->kvec++;
	}
	return at;
}

static void device_answer(struct mdev_ring *ring, struct mdev_ring_chain *chain)
{
	struct iov_iter iter;
	u8 data[CHUNK];
	u32 len, i;

	mdev_ring_out_iter(ring, chain, &iter);
	len = iter_copy(&iter, data, true);
	check_eq(len, chain->out_len);
	for (i = 0; i < len; i++)
		data[i]++;
	mdev_ring_in_iter(ring, chain, 1, &iter);
	check_eq(iter.count, chain->in_len);
	iter.count = min(len, chain->in_len);
	iter_copy(&iter, data, false);
	mdev_ring_push(ring, chain, iter.count);
}

/* At most so many; returns how many there were. */
static u32 device_take(struct mdev_ring *ring, struct mdev_ring_chain *chain, u32 want)
{
	u32 nr;
	int ret;

	for (nr = 0; nr < want; nr++) {
		ret = mdev_ring_pop(ring, &chain[nr]);
		check(ret >= 0);
		if (ret != 1)
			break;
	}
	return nr;
}

/* Take some, give some back, complete the others, perhaps not at once. */
static u32 device_batch(struct mdev_ring *ring)
{
	struct mdev_ring_chain chain[8];
	u32 want = 1 + random_below(8);
	u32 nr, back, i;

	nr = device_take(ring, chain, want);
	back = nr == want && nr > 1 ? random_below(nr) : 0;
	mdev_ring_unpop(ring, back);
	for (i = 0; i < nr - back; i++)
		device_answer(ring, &chain[i]);
	if (nr < want || random_below(3))
		mdev_ring_flush(ring);
	return nr;
}

/* Work until there is nothing, as a worker does that is kicked. */
static void device_run(struct mdev_ring *ring)
{
	do {
		mdev_ring_disable_kick(ring);
		while (device_batch(ring) && !test_failed)
			;
	} while (mdev_ring_enable_kick(ring) && !test_failed);
}

/*
 * Take some, complete the first of them, and neither flush nor give back: the driver gets
 * these when the ring stops, and whoever goes on from there takes the others once more.
 */
static void device_abandon(struct mdev_ring *ring)
{
	u32 want = random_below(8);
	struct mdev_ring_chain chain[8];
	u32 nr, done, i;

	nr = device_take(ring, chain, want);
	done = random_below(nr + 1);
	for (i = 0; i < done; i++)
		device_answer(ring, &chain[i]);
}

#endif /* _RANDOM_DEVICE_H */
