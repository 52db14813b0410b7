# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# One virtual machine: a job goes in, its output and exit status come out.
#
# Host and VM meet in a directory, VM_DIR, which the VM sees as /run/host/ctl:
#   job      shell script that the VM runs
#   out err  its output, appended to by the VM, followed by tail here
#   status   its exit status; missing when the VM has died
# Files shared by 9p without a cache are written at once, so nothing is lost when the VM
# powers off, which cannot be said of a serial port.

VM_MEMORY=${RUN_MEM:-3G}
VM_CPUS=${RUN_SMP:-2}
VM_DIR=
VM_PID=
VM_CONSOLE=
VM_SHARES=
VM_STTY=
VM_APPEND=

# A /dev/kvm that exists is no proof that it works.
# Without what makes programs copy and clear by single bytes in one instruction: emulated, that
# takes ten times as long as words do.
vm_accelerator() {
	if grep -qwE 'vmx|svm' /proc/cpuinfo && [ -w /dev/kvm ]; then
		echo "-accel kvm -cpu host"
	else
		printf '%s' "-accel tcg,thread=multi,tb-size=512 " \
			"-cpu max,+svm,+npt,-erms,-fsrm,-fsrs,-fsrc,-fzrm"
	fi
}

# What is written to the console before the VM's own log level is set costs time.
vm_kernel_line() {
	printf '%s' "console=ttyS0 panic=-1 quiet loglevel=4 log_buf_len=4M mitigations=off " \
		"tsc=reliable no_timer_check $KERNEL_APPEND $VM_APPEND ${RUN_APPEND:-}"
}

quote() {
	printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

vm_open() {
	VM_DIR=$(mktemp -d "$BUILD/vm-XXXXXX")
	VM_CONSOLE=$BUILD/log/console-${VM_DIR##*-}.log
	: >"$VM_DIR/out"
	: >"$VM_DIR/err"
	: >"$VM_DIR/job"
	: >"$VM_CONSOLE"
	mkdir "$VM_DIR/empty"
	vm_tidy_consoles
}

# Consoles are kept for a while: the last ones are of interest.
vm_tidy_consoles() {
	ls -t "$BUILD"/log/console-*.log 2>/dev/null | tail -n +21 | while IFS= read -r _old; do
		rm -f "$_old"
	done
}

# SIGKILL, because unshare blocks the others; the rest goes with its namespace.
vm_kill() {
	[ -z "$VM_PID" ] || kill -KILL "$VM_PID" 2>/dev/null || :
	VM_PID=
}

vm_close() {
	vm_kill
	[ -z "$VM_DIR" ] || namespace_remove "$VM_DIR"
	VM_DIR=
}

# vm_job VARIABLE... -- COMMAND...: writes the job
vm_job() {
	while [ "$1" != -- ]; do
		eval "_value=\${$1-}"
		printf 'export %s=%s\n' "$1" "$(quote "$_value")"
		shift
	done >"$VM_DIR/job"
	shift
	{
		[ -z "$VM_SHARES" ] || printf 'cd %s 2>/dev/null || cd /root\n' "$(quote "$PWD")"
		printf 'exec'
		for _word in "$@"; do
			printf ' %s' "$(quote "$_word")"
		done
		printf '\n'
	} >>"$VM_DIR/job"
}

# One device for each way of sharing: layers of the root file system, which never
# change while the VM runs and may be cached; the source; what can be written.
#
# The kernel's driver for them does not survive a reset, which devices get when the system
# wakes up, unless they say that they need none; that is told behind a port only.
vm_device() {
	printf -- '-fsdev local,id=%s,path=%s,security_model=none,multidevs=remap%s ' "$2" "$3" "$4"
	printf -- '-device pcie-root-port,id=port%s,chassis=%s ' "$1" "$1"
	printf -- '-device virtio-9p-pci,fsdev=%s,mount_tag=%s,disable-legacy=on,' "$2" "$2"
	printf -- 'bus=port%s,x-pcie-pm-no-soft-reset=on ' "$1"
}

vm_devices() {
	vm_device 1 base /run/base ,readonly=on
	vm_device 2 source /run/source ,readonly=on
	vm_device 3 host /run/host ''
	[ -z "$VM_SHARES" ] || vm_device 4 share /run/share ''
}

# vm_start QEMU-OPTION...: starts QEMU of the root file system in the background
vm_start() {
	mkdir -p "$BUILD/selftests"
	# shellcheck disable=SC2046
	set -- qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
		-machine q35,smm=off,hpet=off,vmport=off,sata=off,smbus=off \
		-device intel-iommu,intremap=off -device edu \
		$(vm_accelerator) -m "$VM_MEMORY" -smp "$VM_CPUS" \
		-kernel /run/kernel/image -initrd /run/kernel/initramfs \
		-append "$(vm_kernel_line)" \
		-chardev file,id=console,path=/run/console -serial chardev:console \
		$(vm_devices) "$@"
	set -- --bind "$ROOTFS" /run/base/root --bind "$MODULES" /run/base/modules \
		--bind "${PACKAGES_LAYER:-$VM_DIR/empty}" /run/base/packages \
		--bind "$NESTED" /run/base/nested --bind "$BUILD/selftests" /run/base/helpers \
		--bind "$SRC" /run/source --bind "$KERNEL_DIR" /run/kernel \
		--bind "$VM_DIR" /run/host/ctl --bind "$VM_CONSOLE" /run/console -- "$@"
	vm_share_binds "$@"
}

# Adds the shared directories, numbered, and starts at last.
vm_share_binds() {
	_number=0
	: >"$VM_DIR/shares"
	while IFS= read -r _share; do
		[ "$_share" ] || continue
		_number=$((_number + 1))
		printf '%s %s\n' "$_number" "$_share" >>"$VM_DIR/shares"
		set -- --bind "$_share" "/run/share/$_number" "$@"
	done <<-END
		$VM_SHARES
	END
	# By exec, so that VM_PID is what --kill-child looks at.
	(exec $NAMESPACE sh "$SRC/tools/vm/enter.sh" \
		"$ROOTFS" "$@" <&3 2>"$VM_DIR/qemu") &
	VM_PID=$!
}

vm_died() {
	say "run: the VM ended before its command did. The end of its console ($VM_CONSOLE):"
	cat "$VM_DIR/qemu" >&2
	tail -n "${RUN_TAIL:-60}" "$VM_CONSOLE" | tr -d '\r' >&2
}

# The status of the job. 0 is never returned for a VM that has died.
vm_status() {
	[ -s "$VM_DIR/status" ] || return 125
	return "$(cat "$VM_DIR/status")"
}

# The command's order of output is kept where both streams go to the same place.
vm_streams() {
	if [ "$(readlink /proc/$$/fd/1)" = "$(readlink /proc/$$/fd/2)" ]; then
		: >"$VM_DIR/merge"
	fi
}

# Copies the output of the job until QEMU is gone. Whoever reads our output may
# leave before that; then there is nothing left to wait for.
vm_follow() {
	tail -q -c +1 -s 0.1 --pid="$VM_PID" -f "$VM_DIR/out" 2>/dev/null &
	_out=$!
	_err=
	if ! [ -e "$VM_DIR/merge" ]; then
		tail -q -c +1 -s 0.1 --pid="$VM_PID" -f "$VM_DIR/err" >&2 2>/dev/null &
		_err=$!
	fi
	if ! wait "$_out"; then
		vm_kill
		exit 141
	fi
	[ -z "$_err" ] || wait "$_err" || :
	wait "$VM_PID" || :
}

# vm_run VARIABLE... -- COMMAND...: passes on output and status of COMMAND
vm_run() {
	vm_open
	vm_job "$@"
	vm_streams
	vm_start
	vm_follow
	[ -s "$VM_DIR/status" ] || vm_died
	_status=0
	vm_status || _status=$?
	vm_close
	return "$_status"
}

vm_size() {
	stty size <&3 >"$VM_DIR/size.new" && mv "$VM_DIR/size.new" "$VM_DIR/size"
}

# vm_terminal VARIABLE... -- COMMAND...: the same on the terminal
vm_terminal() {
	vm_open
	vm_job "$@"
	: >"$VM_DIR/terminal"
	vm_size
	VM_STTY=$(stty -g <&3)
	vm_start -device virtio-serial-pci -chardev stdio,id=terminal,signal=off \
		-device virtconsole,chardev=terminal
	trap vm_size WINCH
	while kill -0 "$VM_PID" 2>/dev/null; do
		wait "$VM_PID" || :
	done
	trap - WINCH
	stty "$VM_STTY" <&3
	[ -s "$VM_DIR/status" ] || vm_died
	_status=0
	vm_status || _status=$?
	vm_close
	return "$_status"
}
