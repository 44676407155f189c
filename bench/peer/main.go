// A validator of CometBFT with an application that takes our transfers: the peer that
// `python -m bench.comparison` measures beside a validator of ours.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	cfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/libs/cli/flags"
	"github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/types"
	"github.com/spf13/viper"

	"sapha/bench/peer/ledger"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 0 {
		return errors.New("commands: network, start, calibrate")
	}
	switch arguments[0] {
	case "network":
		return network(arguments[1:])
	case "start":
		return start(arguments[1:])
	case "calibrate":
		fmt.Printf("%.3f\n", ledger.Calibrate())
		return nil
	}
	return fmt.Errorf("unknown command %q", arguments[0])
}

// start runs the validator of a home until it is asked to stop.
func start(arguments []string) error {
	options := flag.NewFlagSet("start", flag.ContinueOnError)
	home := options.String("home", "", "the validator's folder")
	if err := options.Parse(arguments); err != nil {
		return err
	}
	config, err := readConfig(*home)
	if err != nil {
		return err
	}
	genesis, err := types.GenesisDocFromFile(config.GenesisFile())
	if err != nil {
		return err
	}
	rows, err := ledger.OpenRows(filepath.Join(config.DBDir(), "application"))
	if err != nil {
		return err
	}
	defer rows.Close()
	application, err := newApplication(rows, genesis.ChainID)
	if err != nil {
		return err
	}
	key, err := p2p.LoadNodeKey(config.NodeKeyFile())
	if err != nil {
		return err
	}
	logger, err := flags.ParseLogLevel(config.LogLevel, log.NewTMLogger(os.Stderr), "error")
	if err != nil {
		return err
	}
	validator, err := node.NewNode(
		config,
		privval.LoadFilePV(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile()),
		key,
		proxy.NewConnSyncLocalClientCreator(application),
		node.DefaultGenesisDocProviderFunc(config),
		cfg.DefaultDBProvider,
		node.DefaultMetricsProvider(config.Instrumentation),
		logger,
	)
	if err != nil {
		return err
	}
	rememberBlocks(application, validator)
	if err := validator.Start(); err != nil {
		return err
	}
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGTERM, os.Interrupt)
	<-stopped
	return validator.Stop()
}

func readConfig(home string) (*cfg.Config, error) {
	config := cfg.DefaultConfig()
	viper.SetConfigFile(filepath.Join(home, "config", "config.toml"))
	if err := viper.ReadInConfig(); err != nil {
		return nil, err
	}
	if err := viper.Unmarshal(config); err != nil {
		return nil, err
	}
	return config.SetRoot(home), config.ValidateBasic()
}

// rememberBlocks tells the application which transactions of the last blocks have not expired.
func rememberBlocks(application *Application, validator *node.Node) {
	store := validator.BlockStore()
	oldest := time.Now().Add(-ledger.ExpiryAheadMsMax * time.Millisecond)
	for height := store.Height(); height >= store.Base() && height > 0; height-- {
		block := store.LoadBlock(height)
		if block == nil || block.Time.Before(oldest) {
			return
		}
		application.ledger.Remember(block.Txs.ToSliceOfBytes(), uint64(oldest.UnixMilli()))
	}
}
