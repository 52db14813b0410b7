// SPDX-License-Identifier: GPL-2.0
/*
 * plug VENDOR:DEVICE PORTS BYTES: runs in a guest. The guest's driver has so many serial ports
 * on the PCI function with these ids; what is sent on them, so many bytes on all of them at
 * the same time, comes back on each as it was. Says what it has found.
 */
/* libs: -static */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <linux/serial.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define PORTS_MAX	4
/* Until something happens, at most. */
#define PATIENCE_MS	20000

struct port {
	char name[32];
	int fd;
	struct serial_icounter_struct before;
	size_t sent;
	size_t received;
};

static struct port ports[PORTS_MAX];
static size_t nr_ports;
static size_t nr_bytes;

/* Other ones on each port, and all of them sooner or later. */
static unsigned char byte_of(const struct port *port, size_t i)
{
	return (i * 7 + i / 256) ^ (port - ports) * 0x55;
}

static unsigned int id_of(const char *device, const char *name)
{
	char path[300];
	unsigned int id;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", device, name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%x", &id) != 1)
		err(1, "%s", path);
	fclose(file);
	return id;
}

/* The name of the PCI function, as its directory is called. */
static void find_card(unsigned int vendor, unsigned int id, char *name, size_t size)
{
	glob_t devices;
	size_t i;

	if (glob("/sys/bus/pci/devices/*", 0, NULL, &devices))
		errx(1, "no PCI devices");
	for (i = 0; i < devices.gl_pathc; i++) {
		const char *device = devices.gl_pathv[i];

		if (id_of(device, "vendor") != vendor || id_of(device, "device") != id)
			continue;
		snprintf(name, size, "/%s/", strrchr(device, '/') + 1);
		globfree(&devices);
		return;
	}
	errx(1, "no such card");
}

/* The terminals that are somewhere below it, by their numbers. */
static void find_ports(const char *card)
{
	char path[PATH_MAX];
	size_t i, found = 0;
	glob_t ttys;

	if (glob("/sys/class/tty/ttyS*", 0, NULL, &ttys))
		errx(1, "no serial ports");
	for (i = 0; i < ttys.gl_pathc; i++) {
		if (!realpath(ttys.gl_pathv[i], path))
			err(1, "%s", ttys.gl_pathv[i]);
		if (!strstr(path, card))
			continue;
		if (found < nr_ports)
			snprintf(ports[found].name, sizeof(ports[found].name), "/dev/%s",
				 strrchr(path, '/') + 1);
		found++;
	}
	globfree(&ttys);
	if (found != nr_ports)
		errx(1, "%zu ports", found);
}

/* The driver takes it for a UART with a FIFO and an interrupt. */
static void check_kind(const struct port *port)
{
	struct serial_struct kind;

	if (ioctl(port->fd, TIOCGSERIAL, &kind))
		err(1, "%s: what it is", port->name);
	if (kind.type != PORT_16550A)
		errx(1, "%s is of type %d", port->name, kind.type);
	if (!kind.irq)
		errx(1, "%s has no interrupt", port->name);
}

static void get_counts(const struct port *port, struct serial_icounter_struct *counts)
{
	if (ioctl(port->fd, TIOCGICOUNT, counts))
		err(1, "%s: what it has counted", port->name);
}

static void open_port(struct port *port)
{
	struct termios termios;

	port->fd = open(port->name, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (port->fd < 0 || tcgetattr(port->fd, &termios))
		err(1, "%s", port->name);
	cfmakeraw(&termios);
	cfsetspeed(&termios, B115200);
	termios.c_cflag |= CREAD | CLOCAL;
	if (tcsetattr(port->fd, TCSANOW, &termios))
		err(1, "%s: raw", port->name);
	check_kind(port);
	get_counts(port, &port->before);
}

static void send(struct port *port)
{
	unsigned char data[64];
	ssize_t len;
	size_t i;

	for (i = 0; i < sizeof(data) && port->sent + i < nr_bytes; i++)
		data[i] = byte_of(port, port->sent + i);
	len = write(port->fd, data, i);
	if (len < 0 && errno != EAGAIN)
		err(1, "%s is written", port->name);
	if (len > 0)
		port->sent += len;
}

static void receive(struct port *port)
{
	unsigned char data[256];
	ssize_t len, i;

	len = read(port->fd, data, sizeof(data));
	if (len < 0 && errno != EAGAIN)
		err(1, "%s is read", port->name);
	for (i = 0; i < len; i++, port->received++) {
		if (data[i] != byte_of(port, port->received))
			errx(1, "%s: byte %zu is %#x", port->name, port->received, data[i]);
	}
}

/* Returns whether there is more to come. */
static int exchange(void)
{
	struct pollfd polls[PORTS_MAX] = {};
	int more = 0;
	size_t i;

	for (i = 0; i < nr_ports; i++) {
		more |= ports[i].received < nr_bytes;
		polls[i].fd = ports[i].fd;
		polls[i].events = POLLIN | (ports[i].sent < nr_bytes ? POLLOUT : 0);
	}
	if (!more)
		return 0;
	if (poll(polls, nr_ports, PATIENCE_MS) <= 0)
		errx(1, "of %zu bytes %zu, %zu, ... have come back", nr_bytes,
		     ports[0].received, ports[1].received);
	for (i = 0; i < nr_ports; i++) {
		if (polls[i].revents & POLLOUT)
			send(&ports[i]);
		if (polls[i].revents & POLLIN)
			receive(&ports[i]);
	}
	return 1;
}

/* The driver has counted just these, and no faults. */
static void check_counts(const struct port *port)
{
	struct serial_icounter_struct counts;
	int sent, received, lost;

	get_counts(port, &counts);
	sent = counts.tx - port->before.tx;
	received = counts.rx - port->before.rx;
	lost = counts.overrun + counts.buf_overrun;
	if (sent != (int)nr_bytes || received != (int)nr_bytes || lost || counts.frame ||
	    counts.parity || counts.brk)
		errx(1, "%s: %d sent, %d received, %d lost", port->name, sent, received, lost);
}

int main(int argc, char **argv)
{
	unsigned int vendor, id;
	char card[64];
	size_t i;

	if (argc != 4 || sscanf(argv[1], "%x:%x", &vendor, &id) != 2)
		return 2;
	nr_ports = atoi(argv[2]);
	nr_bytes = atoi(argv[3]);
	if (nr_ports < 1 || nr_ports > PORTS_MAX)
		return 2;
	find_card(vendor, id, card, sizeof(card));
	find_ports(card);
	for (i = 0; i < nr_ports; i++)
		open_port(&ports[i]);
	while (exchange())
		;
	for (i = 0; i < nr_ports; i++)
		check_counts(&ports[i]);
	printf("%zu bytes on each of %zu ports\n", nr_bytes, nr_ports);
	return 0;
}
