// SPDX-License-Identifier: GPL-2.0
/*
 * The stream by which a card migrates, and the file that it is read from or written to.
 *
 * It is a head that says what it is and which card it is of, and the state of each port.
 * All numbers are little endian, and what is not used is 0. It comes from another machine
 * and through the hands of a user, so nothing of it is believed: it is loaded if it is a
 * stream that a card could have written, as a whole, and else not at all.
 *
 * A file outlives the migration that it was made for if the user keeps it, and even the
 * device, so it has no pointer to that. mtty_stream_end() takes it out of use.
 */
#include <linux/anon_inodes.h>
#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mtty.h"

/* "mttytrib" */
#define STREAM_MAGIC	0x626972747974746dULL
/* Another major version cannot be read, a higher minor one neither. */
#define STREAM_MAJOR	1
#define STREAM_MINOR	0

struct stream_head {
	__le64 magic;
	__le32 major;
	__le32 minor;
	__le32 nr_ports;
	__le32 flags;
};

#define PORT_FIFO_ON	BIT(0)
#define PORT_OVERRUN	BIT(1)
#define PORT_THRI	BIT(2)
#define PORT_FLAGS	(PORT_FIFO_ON | PORT_OVERRUN | PORT_THRI)

/* The oldest byte of the FIFO comes first. */
struct stream_port {
	u8 flags;
	u8 ier;
	u8 lcr;
	u8 mcr;
	u8 msr;
	u8 scr;
	u8 trigger;
	u8 count;
	__le16 divisor;
	u8 unused[6];
	u8 fifo[MTTY_FIFO_SIZE];
};

struct stream_data {
	struct stream_head head;
	struct stream_port ports[MTTY_PORTS_MAX];
};

static_assert(sizeof(struct stream_data) == 24 + 32 * MTTY_PORTS_MAX);

/**
 * struct stream - a stream being read or written
 * @user: who reads or writes; held while the user's memory is touched, so by nobody who
 *	must not wait for that. Outside the other lock.
 * @lock: for the rest
 * @ended: it is out of use
 * @nr_ports: of the card
 * @size: bytes that are in @data
 * @pos: bytes of those that have been read
 * @data: the stream
 */
struct stream {
	struct mutex user;	/* see above */
	struct mutex lock;	/* see above */
	bool ended;
	unsigned int nr_ports;
	size_t size;
	size_t pos;
	struct stream_data data;
};

size_t mtty_stream_size(unsigned int nr_ports)
{
	return offsetof(struct stream_data, ports[nr_ports]);
}

static bool stream_complete(const struct stream *stream)
{
	return stream->size == mtty_stream_size(stream->nr_ports);
}

static int stream_release(struct inode *inode, struct file *file)
{
	struct stream *stream = file->private_data;

	mutex_destroy(&stream->user);
	mutex_destroy(&stream->lock);
	kfree(stream);
	return 0;
}

static struct file *stream_create(const char *name, unsigned int nr_ports,
				  const struct file_operations *fops, int flags)
{
	struct stream *stream;
	struct file *file;

	stream = kzalloc(sizeof(*stream), GFP_KERNEL_ACCOUNT);
	if (!stream)
		return ERR_PTR(-ENOMEM);
	mutex_init(&stream->user);
	mutex_init(&stream->lock);
	stream->nr_ports = nr_ports;
	file = anon_inode_getfile(name, fops, stream, flags);
	if (IS_ERR(file))
		kfree(stream);
	else
		stream_open(file_inode(file), file);
	return file;
}

/* Who holds the file drops it. Whoever else has it gets -ENODEV from now on. */
void mtty_stream_end(struct file *file)
{
	struct stream *stream = file->private_data;

	mutex_lock(&stream->lock);
	stream->ended = true;
	mutex_unlock(&stream->lock);
	fput(file);
}

/* Saving. */

/* What there is to read, up to @len bytes; nothing has been read yet. */
static ssize_t stream_peek(struct stream *stream, void *buf, size_t len)
{
	guard(mutex)(&stream->lock);
	if (stream->ended)
		return -ENODEV;
	if (len && stream->pos == stream->size && !stream_complete(stream))
		return -ENOMSG;
	len = min(len, stream->size - stream->pos);
	memcpy(buf, (u8 *)&stream->data + stream->pos, len);
	return len;
}

static void stream_advance(struct stream *stream, size_t len)
{
	guard(mutex)(&stream->lock);
	stream->pos += len;
}

static ssize_t stream_read(struct file *file, char __user *buf, size_t len,
			   loff_t *pos)
{
	struct stream *stream = file->private_data;
	u8 piece[sizeof(struct stream_data)];
	ssize_t ret;

	if (mutex_lock_interruptible(&stream->user))
		return -ERESTARTSYS;
	ret = stream_peek(stream, piece, len);
	if (ret > 0 && copy_to_user(buf, piece, ret))
		ret = -EFAULT;
	if (ret > 0)
		stream_advance(stream, ret);
	mutex_unlock(&stream->user);
	return ret;
}

/* How much there is to read before the device is stopped. */
static int stream_precopy_left(struct stream *stream, u64 *left)
{
	guard(mutex)(&stream->lock);
	if (stream->ended)
		return -ENODEV;
	if (stream_complete(stream))
		return -EINVAL;
	*left = stream->size - stream->pos;
	return 0;
}

static long stream_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	size_t minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);
	void __user *user = (void __user *)arg;
	struct vfio_precopy_info info;
	int err;

	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	if (copy_from_user(&info, user, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = 0;
	info.dirty_bytes = 0;
	err = stream_precopy_left(file->private_data, &info.initial_bytes);
	if (err)
		return err;
	return copy_to_user(user, &info, minsz) ? -EFAULT : 0;
}

static const struct file_operations save_fops = {
	.owner = THIS_MODULE,
	.read = stream_read,
	.unlocked_ioctl = stream_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = stream_release,
};

/*
 * A stream to be read. There is the head alone: the other side can tell from that, while
 * the device runs, whether it is of any use to it.
 */
struct file *mtty_stream_save(unsigned int nr_ports)
{
	struct file *file = stream_create("[mtty-save]", nr_ports, &save_fops,
					  O_RDONLY);
	struct stream *stream;

	if (IS_ERR(file))
		return file;
	stream = file->private_data;
	stream->data.head = (struct stream_head){
		.magic = cpu_to_le64(STREAM_MAGIC),
		.major = cpu_to_le32(STREAM_MAJOR),
		.minor = cpu_to_le32(STREAM_MINOR),
		.nr_ports = cpu_to_le32(nr_ports),
	};
	stream->size = sizeof(stream->data.head);
	return file;
}

static void save_port(struct stream_port *port, const struct mtty_uart *uart)
{
	unsigned int i;

	*port = (struct stream_port){
		.flags = (uart->fifo_on ? PORT_FIFO_ON : 0) |
			 (uart->overrun ? PORT_OVERRUN : 0) |
			 (uart->thri ? PORT_THRI : 0),
		.ier = uart->ier,
		.lcr = uart->lcr,
		.mcr = uart->mcr,
		.msr = uart->msr,
		.scr = uart->scr,
		.trigger = uart->trigger,
		.count = uart->count,
		.divisor = cpu_to_le16(uart->divisor),
	};
	for (i = 0; i < uart->count; i++)
		port->fifo[i] = uart->fifo[(uart->head + i) % MTTY_FIFO_SIZE];
}

/* The device is stopped: the rest of the stream, and its end. */
void mtty_stream_fill(struct file *file, const struct mtty_uart *uarts)
{
	struct stream *stream = file->private_data;
	unsigned int i;

	guard(mutex)(&stream->lock);
	for (i = 0; i < stream->nr_ports; i++)
		save_port(&stream->data.ports[i], &uarts[i]);
	stream->size = mtty_stream_size(stream->nr_ports);
}

/* Resuming. */

static bool head_valid(const struct stream *stream)
{
	const struct stream_head *head = &stream->data.head;

	return le64_to_cpu(head->magic) == STREAM_MAGIC &&
	       le32_to_cpu(head->major) == STREAM_MAJOR &&
	       le32_to_cpu(head->minor) <= STREAM_MINOR &&
	       le32_to_cpu(head->nr_ports) == stream->nr_ports &&
	       !head->flags;
}

/* All of it or nothing. A head that is no good is refused as soon as it is there. */
static int stream_take(struct stream *stream, const u8 *buf, size_t len)
{
	guard(mutex)(&stream->lock);
	if (stream->ended)
		return -ENODEV;
	if (len > mtty_stream_size(stream->nr_ports) - stream->size)
		return -EINVAL;
	memcpy((u8 *)&stream->data + stream->size, buf, len);
	if (stream->size + len >= sizeof(stream->data.head) &&
	    !head_valid(stream))
		return -EINVAL;
	stream->size += len;
	return 0;
}

static ssize_t stream_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	struct stream *stream = file->private_data;
	u8 piece[sizeof(struct stream_data)];
	int err;

	if (len > sizeof(piece))
		return -EINVAL;
	if (mutex_lock_interruptible(&stream->user))
		return -ERESTARTSYS;
	err = copy_from_user(piece, buf, len) ? -EFAULT : 0;
	if (!err)
		err = stream_take(stream, piece, len);
	mutex_unlock(&stream->user);
	return err ?: len;
}

static const struct file_operations resume_fops = {
	.owner = THIS_MODULE,
	.write = stream_write,
	.release = stream_release,
};

/* A stream to be written. */
struct file *mtty_stream_resume(unsigned int nr_ports)
{
	return stream_create("[mtty-resume]", nr_ports, &resume_fops, O_WRONLY);
}

static bool trigger_valid(const struct mtty_uart *uart)
{
	if (!uart->fifo_on)
		return uart->trigger == 1;
	return uart->trigger == 1 || uart->trigger == 4 || uart->trigger == 8 ||
	       uart->trigger == 14;
}

/* Can a UART get into this state? Registers without unused bits take any value. */
static bool uart_valid(const struct mtty_uart *uart)
{
	if (uart->ier & ~MTTY_IER_BITS || uart->mcr & ~MTTY_MCR_BITS)
		return false;
	if (uart->count > (uart->fifo_on ? MTTY_FIFO_SIZE : 1))
		return false;
	/* The transmitter is empty only when the FIFO is. */
	if (uart->thri && uart->count)
		return false;
	if ((uart->msr & ~UART_MSR_ANY_DELTA) != mtty_uart_lines(uart))
		return false;
	return trigger_valid(uart);
}

static bool load_port(const struct stream_port *port, struct mtty_uart *uart)
{
	*uart = (struct mtty_uart){
		.ier = port->ier,
		.lcr = port->lcr,
		.mcr = port->mcr,
		.msr = port->msr,
		.scr = port->scr,
		.divisor = le16_to_cpu(port->divisor),
		.fifo_on = port->flags & PORT_FIFO_ON,
		.trigger = port->trigger,
		.overrun = port->flags & PORT_OVERRUN,
		.thri = port->flags & PORT_THRI,
		.count = port->count,
	};
	if (port->flags & ~PORT_FLAGS || !uart_valid(uart) ||
	    memchr_inv(port->unused, 0, sizeof(port->unused)) ||
	    memchr_inv(port->fifo + port->count, 0,
		       sizeof(port->fifo) - port->count))
		return false;
	memcpy(uart->fifo, port->fifo, sizeof(uart->fifo));
	return true;
}

/*
 * The ports as the stream has them, to @uarts, which nobody uses yet. -EINVAL if it is not
 * a stream, or not all of it.
 */
int mtty_stream_load(struct file *file, struct mtty_uart *uarts)
{
	struct stream *stream = file->private_data;
	unsigned int i;

	guard(mutex)(&stream->lock);
	if (!stream_complete(stream))
		return -EINVAL;
	for (i = 0; i < stream->nr_ports; i++) {
		if (!load_port(&stream->data.ports[i], &uarts[i]))
			return -EINVAL;
	}
	return 0;
}
