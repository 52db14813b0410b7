// SPDX-License-Identifier: GPL-2.0
/*
 * devlink port of a slice, which its representor belongs to, and its function: the slice.
 *
 * A slice is a sub-function of the NIC: it is made and removed one by one, by software, and
 * shares everything with its neighbours. So that is the flavour of its port; a virtual function
 * would be a device of PCI. The name that udev gives to representors is made of the same
 * numbers.
 *
 * What asks for something of a function may hold devl_lock, or rtnl when a representor comes
 * or goes.
 */
#include "devlink.h"

static struct mdev_net *net_of(struct devlink_port *port)
{
	return container_of(port, struct mdev_net, devlink_port);
}

static int hw_addr_get(struct devlink_port *port, u8 *addr, int *len,
		       struct netlink_ext_ack *extack)
{
	struct mdev_config config = {};

	mdev_net_config_provisioned(net_of(port), &config);
	if (!(config.mask & MDEV_CONFIG_NET_MAC))
		return -EOPNOTSUPP;
	ether_addr_copy(addr, config.net.mac);
	*len = ETH_ALEN;
	return 0;
}

/* As any other who configures a slice: whoever listens hears of it. */
static int hw_addr_set(struct devlink_port *port, const u8 *addr, int len,
		       struct netlink_ext_ack *extack)
{
	struct mdev_config config = { .mask = MDEV_CONFIG_NET_MAC };

	if (len != ETH_ALEN) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "hw_addr of %d bytes, expected %d", len,
				       ETH_ALEN);
		return -EINVAL;
	}
	ether_addr_copy(config.net.mac, addr);
	return mdev_slice_configure(net_of(port)->slice,
				    &config, extack);
}

/* A parked slice is not there for anybody. */
static int state_get(struct devlink_port *port,
		     enum devlink_port_fn_state *state,
		     enum devlink_port_fn_opstate *opstate,
		     struct netlink_ext_ack *extack)
{
	struct mdev_net *net = net_of(port);

	*state = mdev_slice_parked(net->slice) ?
		 DEVLINK_PORT_FN_STATE_INACTIVE :
		 DEVLINK_PORT_FN_STATE_ACTIVE;
	*opstate = READ_ONCE(net->status) & VIRTIO_CONFIG_S_DRIVER ?
		   DEVLINK_PORT_FN_OPSTATE_ATTACHED :
		   DEVLINK_PORT_FN_OPSTATE_DETACHED;
	return 0;
}

static const struct devlink_port_ops port_ops = {
	.port_fn_hw_addr_get = hw_addr_get,
	.port_fn_hw_addr_set = hw_addr_set,
	.port_fn_state_get = state_get,
};

/* One controller with one physical function, and this host is behind it. */
static int port_register(struct mdev_net *net)
{
	struct mdev_net_parent *np = net->parent;
	struct devlink_port *port = &net->devlink_port;

	port->attrs.switch_id = np->switch_id;
	devlink_port_attrs_pci_sf_set(port, 0, 0, net->port, false);
	return devl_port_register_with_ops(np->devlink, port, net->port,
					   &port_ops);
}

int mdev_net_devlink_port_add(struct mdev_net *net)
{
	int err;

	devl_assert_locked(net->parent->devlink);
	err = port_register(net);
	if (err)
		return err;
	err = devl_rate_leaf_create(&net->devlink_port, net, NULL);
	if (err)
		goto unregister;
	err = mdev_net_health_add(net);
	if (err)
		goto leaf_destroy;
	return 0;

leaf_destroy:
	devl_rate_leaf_destroy(&net->devlink_port);
unregister:
	devl_port_unregister(&net->devlink_port);
	return err;
}

void mdev_net_devlink_port_remove(struct mdev_net *net)
{
	devl_assert_locked(net->parent->devlink);
	mdev_net_health_remove(net);
	mdev_net_rate_set_group(net, NULL);
	devl_rate_leaf_destroy(&net->devlink_port);
	devl_port_unregister(&net->devlink_port);
}
