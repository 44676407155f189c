package ledger

import (
	"crypto/rand"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

const (
	calibrateChecks = 4_000
	calibrateBytes  = 160 // of a transfer's body
)

// Calibrate returns the microseconds of processor time of one signature check while every core
// checks signatures.
func Calibrate() float64 {
	cores := runtime.GOMAXPROCS(0)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	data := make([]byte, calibrateBytes)
	signed := tagTx.hash(data)
	signature := ed25519.Sign(private, signed[:])
	var group sync.WaitGroup
	before := processorTime()
	for range cores {
		group.Go(func() {
			for range calibrateChecks {
				if !verifies(public, tagTx, data, signature) {
					panic("a signature of this process does not verify")
				}
			}
		})
	}
	group.Wait()
	return float64((processorTime() - before).Nanoseconds()) / 1000 / float64(cores*calibrateChecks)
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
