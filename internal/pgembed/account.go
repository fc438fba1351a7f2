package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating-system user that the server runs as. A nil cred means the program's own.
type account struct {
	name string
	cred *syscall.Credential
}

// serverAccount picks an account for a new cluster: ourselves, or for root the first of postgres and nobody.
func serverAccount(euid int, lookup func(string) (*user.User, error)) (account, error) {
	if euid != 0 {
		return account{name: strconv.Itoa(euid)}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(uerr, gerr); err != nil || uid == 0 {
			continue
		}
		return account{name: name, cred: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody: " +
		"create one, run this program as an ordinary user, or configure a database")
}

// ownerAccount is the account of an existing cluster: whoever owns it, so that a run with sudo does not take a user's cluster away.
// A cluster that root owns (unpacked from a backup) is handed to the fallback account.
func ownerAccount(dir string, euid int, fallback account) (account, error) {
	uid, gid, err := owner(dir)
	switch {
	case err != nil:
		return account{}, err
	case euid == 0 && uid == 0:
		return fallback, fallback.own(dir)
	case euid == 0:
		return account{name: strconv.Itoa(int(uid)), cred: &syscall.Credential{Uid: uid, Gid: gid}}, nil
	case int(uid) != euid:
		return account{}, fmt.Errorf("the cluster %s belongs to user id %d and this program runs as %d: run it as that user or as root", dir, uid, euid)
	}
	return fallback, nil
}

// own hands a tree to the account. It does nothing when the server runs as ourselves.
func (a account) own(root string) error {
	if a.cred == nil {
		return nil
	}
	return filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(a.cred.Uid), int(a.cred.Gid))
	})
}

// command prepares a program run as the account, in a session of its own: the terminal's Ctrl-C reaches us and not the server.
// It starts in /, which every account may enter, and sees none of our environment, where other secrets may stand.
func (a account) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "TMPDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: a.cred}
	// initdb starts children; kill the whole session.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

// canEnter says whether the account may pass through every directory down to dir, by permission bits.
func (a account) canEnter(dir string) (bool, error) {
	if a.cred == nil {
		return true, nil
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false, err
	}
	for {
		info, err := os.Stat(dir)
		if err != nil {
			return false, err
		}
		if !a.mayPass(info) {
			return false, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true, nil
		}
		dir = parent
	}
}

func (a account) mayPass(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	mode := info.Mode().Perm()
	switch {
	case st.Uid == a.cred.Uid:
		return mode&0o100 != 0
	case st.Gid == a.cred.Gid:
		return mode&0o010 != 0
	}
	return mode&0o001 != 0
}

func owner(path string) (uid, gid uint32, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, fmt.Errorf("owner of %s: not known on this system", path)
	}
	return st.Uid, st.Gid, nil
}
