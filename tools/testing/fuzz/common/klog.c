// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "klog.h"

#define ON_OOPS	"/proc/sys/kernel/panic_on_oops"

/*
 * LOG_ERRORS of tools/testing/selftests/runner-log.sh, in its order, without what runner.sh says
 * itself.
 */
static const char * const faults[] = {
	"BUG:", "WARNING:", "kernel BUG", "Oops", "Kernel panic", "general protection",
	"unable to handle", "Call Trace", "cut here", "KASAN", "KFENCE", "KCSAN", "UBSAN",
	"possible recursive locking", "circular locking", "inconsistent lock state",
	"possible irq lock inversion", "bad unlock balance", "lock held when returning",
	"held lock freed", "invalid wait context", "suspicious RCU usage",
	"INFO: possible", "INFO: task", "INFO: trying to register", "rcu: INFO",
	"rcu_(sched|preempt).*stall",
	"sleeping function called from invalid context", "scheduling while atomic",
	"unreferenced object", "refcount_t:", "list_(add|del) corruption",
	"hung_task", "blocked for more than", "soft lockup", "hard LOCKUP",
	"unregister_netdevice: waiting", "ODEBUG", "DEBUG_LOCKS", "stack-out-of-bounds",
	"duplicate filename", "sysfs: cannot create", "does not have a release",
	"NETDEV WATCHDOG", "id [0-9]+ (is not a head|out of range)", "kmemleak:.*disabled",
	"DMA-API: debugging out of memory",
};

static regex_t fault_regex[ARRAY_SIZE(faults)];
static int log_fd = -1;
static char panic_on_oops;

static char exchange(const char *path, char value)
{
	int fd = open(path, O_RDWR);
	char old = 0;

	if (fd < 0)
		return 0;
	if (read(fd, &old, 1) == 1 && lseek(fd, 0, SEEK_SET) == 0 &&
	    write(fd, &value, 1) != 1)
		old = 0;
	close(fd);
	return old;
}

void klog_open(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (regcomp(&fault_regex[i], faults[i], REG_EXTENDED | REG_NOSUB))
			fuzz_fail("not a regular expression: %s", faults[i]);
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (log_fd < 0 || lseek(log_fd, 0, SEEK_END) < 0)
		fuzz_fail("/dev/kmsg: %m");
	panic_on_oops = exchange(ON_OOPS, '0');
}

void klog_close(void)
{
	if (panic_on_oops)
		exchange(ON_OOPS, panic_on_oops);
}

static bool is_fault(const char *text)
{
	size_t i;

	if (strstr(text, "kobject_release"))
		return false;
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!regexec(&fault_regex[i], text, 0, NULL, 0))
			return true;
	return false;
}

/* All that follows a fault in the log belongs to it. */
void klog_check(void)
{
	char record[8192], *text;
	bool fault = false;
	ssize_t len;

	for (;;) {
		len = read(log_fd, record, sizeof(record) - 1);
		/* Some were overwritten before they could be read. */
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			break;
		record[len] = '\0';
		text = strchr(record, ';');
		text = text ? text + 1 : record;
		text[strcspn(text, "\n")] = '\0';
		if (!fault && is_fault(text)) {
			fault = true;
			/* The report may still be growing. */
			usleep(300000);
		}
		if (fault)
			printf("# %s\n", text);
	}
	if (fault)
		fuzz_fail("a fault in the kernel log");
}
