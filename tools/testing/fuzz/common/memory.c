// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

#define ARGUMENT_MAX	PAGE

#define load(x)		__atomic_load_n(&(x), __ATOMIC_SEQ_CST)
#define store(x, v)	__atomic_store_n(&(x), v, __ATOMIC_SEQ_CST)
#define full_barrier()	__atomic_thread_fence(__ATOMIC_SEQ_CST)

static sigjmp_buf jump;
static bool jumping;
static char *argument;

static void on_fault(int signal)
{
	if (!load(jumping))
		fuzz_fail("signal %d", signal);
	siglongjmp(jump, signal);
}

/* The signal stays open, so its mask need not be kept. */
static void catch_faults(void)
{
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

static void argument_init(void)
{
	argument = mmap(NULL, ARGUMENT_MAX + PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (argument == MAP_FAILED || mprotect(argument + ARGUMENT_MAX, PAGE, PROT_NONE))
		fuzz_fail("memory: %m");
}

void memory_init(struct memory *memory, const char *name, uint64_t at, size_t bytes)
{
	if (!argument) {
		argument_init();
		catch_faults();
	}
	memory->at = (char *)at;
	memory->bytes = bytes;
	memory->fd = memfd_create(name, MFD_CLOEXEC);
	if (memory->fd < 0)
		fuzz_fail("memfd: %m");
}

void memory_begin(const struct memory *memory)
{
	if (ftruncate(memory->fd, 0) || ftruncate(memory->fd, memory->bytes) ||
	    mmap(memory->at, memory->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 memory->fd, 0) != memory->at)
		fuzz_fail("memory: %m");
}

static void map_anonymous(char *at, size_t len, int prot)
{
	mmap(at, len, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

/* What fails does so for reasons of the kernel's, not of ours. */
void memory_change(const struct memory *memory, const uint8_t *record)
{
	size_t page = record[3] % (memory->bytes / PAGE);
	size_t len = (1 + record[4] % 16) * PAGE;
	char *at = memory->at + page * PAGE;

	if (len > memory->bytes - page * PAGE)
		len = memory->bytes - page * PAGE;
	switch (record[2] % 10) {
	case 0:
		munmap(at, len);
		break;
	case 1:
		mprotect(at, len, PROT_NONE);
		break;
	case 2:
		mprotect(at, len, PROT_READ);
		break;
	case 3:
		mprotect(at, len, PROT_READ | PROT_WRITE);
		break;
	case 4:
		madvise(at, len, MADV_DONTNEED);
		break;
	case 5:
		madvise(at, len, MADV_REMOVE);
		break;
	case 6:
		if (!ftruncate(memory->fd, page * PAGE + record[5] * 16))
			break;
		fuzz_fail("ftruncate: %m");
	case 7:
		map_anonymous(at, len, PROT_READ | PROT_WRITE);
		break;
	case 8:
		map_anonymous(at, len, PROT_READ);
		break;
	default:
		madvise(at, len, record[5] & 1 ? MADV_PAGEOUT : MADV_DONTFORK);
	}
}

bool memory_write(void *to, const void *from, size_t len)
{
	if (sigsetjmp(jump, 0)) {
		store(jumping, false);
		return false;
	}
	store(jumping, true);
	full_barrier();
	memcpy(to, from, len);
	full_barrier();
	store(jumping, false);
	return true;
}

bool memory_read(void *to, const void *from, size_t len)
{
	return memory_write(to, from, len);
}

void *memory_argument(const void *bytes, size_t len)
{
	char *at = argument + ARGUMENT_MAX - len;

	if (len)
		memcpy(at, bytes, len);
	return at;
}
