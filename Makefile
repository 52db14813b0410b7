# SPDX-License-Identifier: GPL-2.0
#
# make                    build the modules for the running kernel
# make KDIR=DIR           ... for the kernel whose headers or build are in DIR
# make W=1                ... with more warnings
# make C=2                ... through sparse
# make modules_install    install them, and run depmod
# make clean

ifeq ($(KERNELRELEASE),)

KDIR ?= /lib/modules/$(shell uname -r)/build

modules modules_install clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

.DEFAULT_GOAL := modules
.PHONY: modules modules_install clean

endif
