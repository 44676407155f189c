package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"sapha/bench/peer/ledger"
)

// Application is the ledger behind ABCI: it takes the bytes of our transfers and nothing else.
type Application struct {
	abci.BaseApplication
	ledger *ledger.Ledger
	rows   *ledger.Rows
	height int64
	writes []ledger.Write // of the block that is executed and not yet committed
}

func newApplication(rows *ledger.Rows, chainID string) (*Application, error) {
	height, writes, err := rows.Load()
	if err != nil {
		return nil, err
	}
	restored := ledger.New(chainID)
	restored.Restore(writes)
	return &Application{ledger: restored, rows: rows, height: height}, nil
}

// Info tells the engine which block was committed last.
func (a *Application) Info(context.Context, *abci.RequestInfo) (*abci.ResponseInfo, error) {
	answer := &abci.ResponseInfo{LastBlockHeight: a.height}
	if a.height > 0 {
		answer.LastBlockAppHash = a.ledger.Root()
	}
	return answer, nil
}

// InitChain makes the first balances.
func (a *Application) InitChain(
	_ context.Context, request *abci.RequestInitChain,
) (*abci.ResponseInitChain, error) {
	writes, err := a.ledger.Found(request.AppStateBytes)
	if err != nil {
		return nil, err
	}
	if err := a.rows.Commit(0, writes); err != nil {
		return nil, err
	}
	return &abci.ResponseInitChain{AppHash: a.ledger.Root()}, nil
}

// CheckTx admits a transaction to the mempool by this machine's clock.
func (a *Application) CheckTx(
	_ context.Context, request *abci.RequestCheckTx,
) (*abci.ResponseCheckTx, error) {
	if _, err := a.ledger.Check(request.Tx, uint64(time.Now().UnixMilli())); err != nil {
		return &abci.ResponseCheckTx{Code: refused, Log: err.Error()}, nil
	}
	return &abci.ResponseCheckTx{}, nil
}

const refused = 1

// PrepareProposal leaves out what may not stand in the block.
func (a *Application) PrepareProposal(
	_ context.Context, request *abci.RequestPrepareProposal,
) (*abci.ResponsePrepareProposal, error) {
	chosen := make([][]byte, 0, len(request.Txs))
	var size int64
	for _, raw := range request.Txs {
		size += int64(len(raw)) + 8 // its framing in the block, generously
		if size > request.MaxTxBytes {
			break
		}
		if _, err := a.ledger.Check(raw, uint64(request.Time.UnixMilli())); err == nil {
			chosen = append(chosen, raw)
		}
	}
	return &abci.ResponsePrepareProposal{Txs: chosen}, nil
}

// ProcessProposal refuses a block with a transaction that may not stand in it, or twice the same.
func (a *Application) ProcessProposal(
	_ context.Context, request *abci.RequestProcessProposal,
) (*abci.ResponseProcessProposal, error) {
	seen := make(map[ledger.Hash]struct{}, len(request.Txs))
	for _, raw := range request.Txs {
		call, err := a.ledger.Check(raw, uint64(request.Time.UnixMilli()))
		if err != nil {
			return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
		}
		seen[call.ID] = struct{}{}
	}
	if len(seen) != len(request.Txs) {
		return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
	}
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

// FinalizeBlock executes a decided block; the app hash is the state root after it.
func (a *Application) FinalizeBlock(
	_ context.Context, request *abci.RequestFinalizeBlock,
) (*abci.ResponseFinalizeBlock, error) {
	nowMs := uint64(request.Time.UnixMilli())
	block := a.ledger.Begin()
	results := make([]*abci.ExecTxResult, len(request.Txs))
	calls := make([]*ledger.Call, 0, len(request.Txs))
	for place, raw := range request.Txs {
		call, err := a.ledger.Check(raw, nowMs)
		if err == nil {
			err = block.Execute(call)
			calls = append(calls, call)
		}
		results[place] = resultOf(call, err)
	}
	a.writes, a.height = block.Finish(request.Txs, calls, nowMs), request.Height
	return &abci.ResponseFinalizeBlock{TxResults: results, AppHash: a.ledger.Root()}, nil
}

// Commit makes the executed block durable.
func (a *Application) Commit(
	context.Context, *abci.RequestCommit,
) (*abci.ResponseCommit, error) {
	if err := a.rows.Commit(a.height, a.writes); err != nil {
		return nil, err
	}
	a.writes = nil
	return &abci.ResponseCommit{}, nil
}

// Query answers "checks": how many signatures this process has verified since its start.
func (a *Application) Query(
	_ context.Context, request *abci.RequestQuery,
) (*abci.ResponseQuery, error) {
	if request.Path != "checks" {
		return &abci.ResponseQuery{Code: refused, Log: fmt.Sprintf("unknown path %q", request.Path)}, nil
	}
	count := strconv.FormatUint(a.ledger.Checks.Load(), 10)
	return &abci.ResponseQuery{Value: []byte(count)}, nil
}

// resultOf returns the receipt: the transaction id, and the event of a transfer or the refusal.
func resultOf(call *ledger.Call, err error) *abci.ExecTxResult {
	result := &abci.ExecTxResult{}
	if call != nil {
		result.Data = call.ID[:]
	}
	if err != nil {
		result.Code, result.Log = refused, err.Error()
		return result
	}
	result.Events = []abci.Event{{
		Type: "cbdc.Transferred",
		Attributes: []abci.EventAttribute{
			{Key: "sender", Value: hex.EncodeToString(call.Sender[:])},
			{Key: "to", Value: hex.EncodeToString(call.Transfer.To[:])},
			{Key: "amount", Value: strconv.FormatUint(call.Transfer.Amount, 10)},
			{Key: "memo", Value: call.Transfer.Memo},
		},
	}}
	return result
}
