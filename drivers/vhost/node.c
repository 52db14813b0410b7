// SPDX-License-Identifier: GPL-2.0
/*
 * Endpoint driver of class vhost: the node and its file operations.
 */
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/slab.h>

#include "pins.h"
#include "vhost.h"

#define VHOST_NODES_MAX	(MINORMASK + 1)

static dev_t vhost_first;
static DEFINE_IDA(vhost_minors);

static int vhost_open(struct inode *inode, struct file *file)
{
	struct vhost_node *node = container_of(inode->i_cdev, struct vhost_node,
					       cdev);
	struct vhost_session *session;
	int err = 0;

	mutex_lock(&node->lock);
	if (node->dead || node->leaving) {
		err = -ENODEV;
	} else if (node->session) {
		err = -EBUSY;
	} else {
		session = vhost_session_create(node, file);
		if (IS_ERR(session)) {
			err = PTR_ERR(session);
		} else {
			node->session = session;
			file->private_data = session;
		}
	}
	mutex_unlock(&node->lock);
	return err;
}

/* The file holds the node: its device is the parent of the character device. */
static int vhost_release(struct inode *inode, struct file *file)
{
	struct vhost_session *session = file->private_data;
	struct vhost_node *node = session->node;

	mutex_lock(&node->lock);
	if (!node->dead) {
		vhost_session_end(session);
		mdev_slice_set_holder(node->slice, false);
	}
	node->session = NULL;
	mutex_unlock(&node->lock);
	vhost_session_free(session);
	return 0;
}

/* A message can be written at any time; there is nothing to read. */
static __poll_t vhost_poll(struct file *file, poll_table *wait)
{
	struct vhost_session *session = file->private_data;
	__poll_t events = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &session->node->wait, wait);
	if (READ_ONCE(session->node->dead))
		return EPOLLHUP | EPOLLERR;
	if (READ_ONCE(session->broken))
		events |= EPOLLERR;
	return events;
}

static const struct file_operations vhost_fops = {
	.owner = THIS_MODULE,
	.open = vhost_open,
	.release = vhost_release,
	.write_iter = vhost_iotlb_write,
	.unlocked_ioctl = vhost_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = vhost_poll,
	.mmap = vhost_doorbell_mmap,
	.llseek = noop_llseek,
};

/* Attributes and uevents. */

static ssize_t name_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%s\n",
			  mdev_slice_name(to_vhost_node(dev)->slice));
}
static DEVICE_ATTR_RO(name);

/* What is not pinned needs no RLIMIT_MEMLOCK. */
static ssize_t pinned_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%d\n", to_vhost_node(dev)->pins);
}
static DEVICE_ATTR_RO(pinned);

static struct attribute *vhost_node_attrs[] = {
	&dev_attr_name.attr,
	&dev_attr_pinned.attr,
	NULL,
};
ATTRIBUTE_GROUPS(vhost_node);

static int vhost_node_uevent(const struct device *dev,
			     struct kobj_uevent_env *env)
{
	const struct vhost_node *node =
		container_of_const(dev, struct vhost_node, dev);

	return add_uevent_var(env, "MDEV_NAME=%s",
			      mdev_slice_name(node->slice)) ?:
	       add_uevent_var(env, "MDEV_UUID=%pUl", &node->slice->uuid);
}

/* The class device is put last: when its release has run this module may go. */
static void vhost_node_release(struct device *dev)
{
	struct vhost_node *node = to_vhost_node(dev);
	struct device *cdev = &node->mvdev->dev;

	ida_free(&vhost_minors, MINOR(dev->devt));
	mutex_destroy(&node->doorbell_lock);
	mutex_destroy(&node->lock);
	kfree(node);
	put_device(cdev);
}

/* A class of its own, so that udev hears of nodes. */
static const struct class vhost_class = {
	.name = "mdev_vhost",
	.dev_groups = vhost_node_groups,
	.dev_uevent = vhost_node_uevent,
	.dev_release = vhost_node_release,
};

static int vhost_holder(struct vhost_session *session,
			struct netlink_ext_ack *extack)
{
	struct vhost_node *node = session->node;
	pid_t pid = pid_vnr(session->holder);

	/* Its file has been passed on, and its number may be another one's. */
	if (!pid_has_task(session->holder, PIDTYPE_TGID))
		NL_SET_ERR_MSG_FMT(extack,
				   "/dev/%s is open, by %s, which has ended",
				   dev_name(&node->dev), session->comm);
	else if (pid)
		NL_SET_ERR_MSG_FMT(extack, "/dev/%s is open in %s (pid %d)",
				   dev_name(&node->dev), session->comm, pid);
	else
		NL_SET_ERR_MSG_FMT(extack,
				   "/dev/%s is open in %s, in another pid namespace",
				   dev_name(&node->dev), session->comm);
	return -EBUSY;
}

/* See struct mdev_class.busy. */
static int vhost_node_busy(struct mdev_vhost_device *mvdev, bool force,
			   struct netlink_ext_ack *extack)
{
	struct vhost_node *node = dev_get_drvdata(&mvdev->dev);
	int err = 0;

	mutex_lock(&node->lock);
	if (node->session && !force)
		err = vhost_holder(node->session, extack);
	else
		node->leaving = true;
	mutex_unlock(&node->lock);
	return err;
}

static struct vhost_node *vhost_node_alloc(struct mdev_vhost_device *mvdev)
{
	struct vhost_node *node;
	int minor;

	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return ERR_PTR(-ENOMEM);
	minor = ida_alloc_max(&vhost_minors, VHOST_NODES_MAX - 1, GFP_KERNEL);
	if (minor < 0) {
		kfree(node);
		return ERR_PTR(minor);
	}
	device_initialize(&node->dev);
	node->dev.class = &vhost_class;
	node->dev.parent = &mvdev->dev;
	node->dev.devt = MKDEV(MAJOR(vhost_first), minor);
	get_device(&mvdev->dev);
	node->mvdev = mvdev;
	node->slice = mvdev->slice;
	node->ops = mdev_virtio_ops(mvdev->slice);
	node->vhost_ops = mdev_vhost_ops(mvdev->slice);
	node->pins = !node->ops->set_as;
	mutex_init(&node->lock);
	mutex_init(&node->doorbell_lock);
	init_waitqueue_head(&node->wait);
	cdev_init(&node->cdev, &vhost_fops);
	node->cdev.owner = THIS_MODULE;
	return node;
}

/*
 * Revocation. First it is marked dead: once the lock has been held with the mark
 * set nobody uses the slice, and nobody can come again. Then whoever waits is told.
 */
static void vhost_node_revoke(struct vhost_node *node)
{
	struct vhost_pins *pins = NULL;

	mutex_lock(&node->lock);
	mutex_lock(&node->doorbell_lock);
	WRITE_ONCE(node->dead, true);
	mutex_unlock(&node->doorbell_lock);
	if (node->session) {
		vhost_doorbell_revoke(node);
		vhost_session_end(node->session);
		pins = vhost_session_take_pins(node->session);
		/* The next node of the slice is another one, and held by nobody. */
		mdev_slice_set_holder(node->slice, false);
	}
	mutex_unlock(&node->lock);
	wake_up_interruptible_poll(&node->wait, EPOLLHUP | EPOLLERR);
	if (pins)
		vhost_pins_revoke(pins);
}

/*
 * Programs look for the node's directory in that of the class device, where the
 * driver core puts another one between.
 *
 * The character device can be opened before its device is there, by an inode with its
 * number that somebody has made: also after a failure the node may be open.
 */
static int vhost_node_add(struct vhost_node *node)
{
	struct kobject *cdev = &node->mvdev->dev.kobj;
	int err;

	err = dev_set_name(&node->dev, "vhost-vdpa-%u", MINOR(node->dev.devt));
	if (err)
		return err;
	err = cdev_device_add(&node->cdev, &node->dev);
	if (err)
		goto revoke;
	err = sysfs_create_link(cdev, &node->dev.kobj, dev_name(&node->dev));
	if (err)
		goto del_cdev;
	return 0;

del_cdev:
	cdev_device_del(&node->cdev, &node->dev);
revoke:
	vhost_node_revoke(node);
	return err;
}

static bool vhost_memory_reachable(struct mdev_slice *slice)
{
	return mdev_virtio_ops(slice)->set_as || mdev_vhost_ops(slice)->dma_map ||
	       device_iommu_mapped(mdev_parent_dma_dev(slice->parent));
}

/* The device is new, or was reset by the class that it was in before. */
int vhost_node_probe(struct mdev_vhost_device *mvdev)
{
	struct vhost_node *node;
	int err;

	if (!vhost_memory_reachable(mvdev->slice)) {
		dev_err(&mvdev->dev,
			"there is no IOMMU by which the device could reach memory of user space\n");
		return -EOPNOTSUPP;
	}
	node = vhost_node_alloc(mvdev);
	if (IS_ERR(node))
		return PTR_ERR(node);
	/* Before anybody can open it. */
	dev_set_drvdata(&mvdev->dev, node);
	err = vhost_node_add(node);
	if (err) {
		put_device(&node->dev);
		return err;
	}
	mdev_slice_set_node(mvdev->slice, dev_name(&node->dev));
	mvdev->busy = vhost_node_busy;
	return 0;
}

void vhost_node_remove(struct mdev_vhost_device *mvdev)
{
	struct vhost_node *node = dev_get_drvdata(&mvdev->dev);

	mvdev->busy = NULL;
	mdev_slice_set_node(mvdev->slice, NULL);
	sysfs_remove_link(&mvdev->dev.kobj, dev_name(&node->dev));
	cdev_device_del(&node->cdev, &node->dev);
	vhost_node_revoke(node);
	put_device(&node->dev);
}

int vhost_nodes_init(void)
{
	int err;

	err = class_register(&vhost_class);
	if (err)
		return err;
	err = alloc_chrdev_region(&vhost_first, 0, VHOST_NODES_MAX,
				  "vhost-vdpa");
	if (err)
		class_unregister(&vhost_class);
	return err;
}

void vhost_nodes_exit(void)
{
	unregister_chrdev_region(vhost_first, VHOST_NODES_MAX);
	class_unregister(&vhost_class);
	ida_destroy(&vhost_minors);
}
