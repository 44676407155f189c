package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	cfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/types"

	"sapha/bench/peer/ledger"
)

// Plan is what a new network is to be; ports are of the loopback address.
type Plan struct {
	ChainID    string `json:"chain_id"`
	Validators []struct {
		Home    string `json:"home"`
		P2PPort int    `json:"p2p_port"`
		RPCPort int    `json:"rpc_port"`
	} `json:"validators"`
	Genesis ledger.Genesis `json:"genesis"`
}

const (
	host             = "127.0.0.1"
	folderMode       = 0o700
	blockBytesMax    = 1_000_000 // as ours: primitives/limits.py
	evidenceBytesMax = 100_000
	batchMax         = 100
	heartbeat        = 10 * time.Second
	gossipSleep      = 5 * time.Millisecond
	flushThrottle    = 5 * time.Millisecond
	bytesPerSecond   = 100_000_000
	mempoolCount     = 50_000
	mempoolRemember  = 200_000
)

// network writes the homes of a network whose plan is a file.
func network(arguments []string) error {
	flags := flag.NewFlagSet("network", flag.ContinueOnError)
	path := flags.String("plan", "", "a file with the plan in JSON")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	document, err := os.ReadFile(*path)
	if err != nil {
		return err
	}
	var plan Plan
	if err := json.Unmarshal(document, &plan); err != nil {
		return fmt.Errorf("%s: %w", *path, err)
	}
	return plan.write()
}

func (p *Plan) write() error {
	genesis := &types.GenesisDoc{
		ChainID:         p.ChainID,
		GenesisTime:     time.Now(),
		InitialHeight:   1,
		ConsensusParams: types.DefaultConsensusParams(),
	}
	genesis.ConsensusParams.Block.MaxBytes = blockBytesMax
	genesis.ConsensusParams.Evidence.MaxBytes = evidenceBytesMax
	state, err := json.Marshal(p.Genesis)
	if err != nil {
		return err
	}
	genesis.AppState = state
	configs, peers := make([]*cfg.Config, len(p.Validators)), make([]string, len(p.Validators))
	for number, each := range p.Validators {
		config := tuned().SetRoot(each.Home)
		for _, folder := range []string{"config", "data"} {
			if err := os.MkdirAll(filepath.Join(each.Home, folder), folderMode); err != nil {
				return err
			}
		}
		config.P2P.ListenAddress = fmt.Sprintf("tcp://%s:%d", host, each.P2PPort)
		config.RPC.ListenAddress = fmt.Sprintf("tcp://%s:%d", host, each.RPCPort)
		key, err := p2p.LoadOrGenNodeKey(config.NodeKeyFile())
		if err != nil {
			return err
		}
		signer := privval.LoadOrGenFilePV(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile())
		genesis.Validators = append(genesis.Validators, types.GenesisValidator{
			Address: signer.GetAddress(), PubKey: signer.Key.PubKey, Power: 1,
			Name: fmt.Sprintf("validator-%d", number),
		})
		configs[number] = config
		peers[number] = fmt.Sprintf("%s@%s:%d", key.ID(), host, each.P2PPort)
	}
	for number, config := range configs {
		config.P2P.PersistentPeers = strings.Join(append(
			append([]string(nil), peers[:number]...), peers[number+1:]...), ",")
		cfg.WriteConfigFile(filepath.Join(config.RootDir, "config", "config.toml"), config)
		if err := genesis.SaveAs(config.GenesisFile()); err != nil {
			return err
		}
	}
	return nil
}

// tuned returns the settings that serve four validators on one machine best; durability is as it
// comes. Blocks follow each other at once and are made when transactions wait, as ours are.
func tuned() *cfg.Config {
	config := cfg.DefaultConfig()
	config.LogLevel = "error"
	config.P2P.AddrBookStrict = false
	config.P2P.AllowDuplicateIP = true
	config.P2P.PexReactor = false
	config.P2P.FlushThrottleTimeout = flushThrottle
	config.P2P.SendRate, config.P2P.RecvRate = bytesPerSecond, bytesPerSecond
	config.RPC.MaxRequestBatchSize = batchMax
	config.Consensus.TimeoutCommit = 0
	config.Consensus.SkipTimeoutCommit = true
	config.Consensus.CreateEmptyBlocks = false
	config.Consensus.CreateEmptyBlocksInterval = heartbeat
	config.Consensus.PeerGossipSleepDuration = gossipSleep
	config.Mempool.Size = mempoolCount
	config.Mempool.CacheSize = mempoolRemember
	config.Mempool.Recheck = false // expiry and repetition are looked at when a block is made
	return config
}
