using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Commit;

/// <summary>
/// Writes changes in one transaction. The whole of it is one round trip: the statements of a batch without BEGIN are one transaction that
/// PostgreSQL commits at its end, and a guarded statement that does not write all of its rows fails inside the database.
/// </summary>
internal sealed class ChangeWriter(Db db)
{
    private const int DeadlockRetries = 3;

    /// <summary>
    /// Settles every change. Those that conflict are left out and the others written again. When a constraint refuses, the database does
    /// not say whose row it was: the halves are written each in a transaction of its own, and so on, so that one bad change among a
    /// hundred costs about fourteen transactions and not a hundred.
    /// </summary>
    /// <exception cref="NpgsqlException">The database is out of reach; whether what is not settled was committed is not known.</exception>
    /// <exception cref="UnreadableChangeException">A row of one of them cannot be read; nothing was written.</exception>
    public async Task Write(IReadOnlyList<Commitment> all, CancellationToken cancel)
    {
        var deadlocks = 0;
        var pieces = new Stack<Commitment[]>([[.. all]]);
        while (pieces.TryPop(out var piece))
        {
            try
            {
                await TryWrite(piece, cancel);
                if (Unsettled(piece) is { Length: > 0 } rest)
                {
                    pieces.Push(rest);
                }
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && ++deadlocks < DeadlockRetries)
            {
                // The database rolled one of two transactions back; it may simply go again.
                pieces.Push(piece);
            }
            catch (PostgresException e) when (piece.Length > 1 && IsOfWhatWasSent(e))
            {
                pieces.Push(piece[(piece.Length / 2)..]);
                pieces.Push(piece[..(piece.Length / 2)]);
            }
            catch (PostgresException e) when (IsRejection(e))
            {
                piece[0].Settle(new CommitOutcome.Rejected(e.ConstraintName ?? e.SqlState, e.MessageText));
            }
            catch (PostgresException e) when (IsOfWhatWasSent(e))
            {
                piece[0].Fail(e);
            }
        }
    }

    /// <summary>Settles all as committed, or at least one as a conflict: then nothing was written.</summary>
    private async Task TryWrite(Commitment[] piece, CancellationToken cancel)
    {
        var groups = RowGroup.Of(piece);
        if (Unsettled(piece).Length < piece.Length)
        {
            return;
        }

        // The values are taken from the rows before a connection is.
        await using var batch = db.Commits.CreateBatch();
        foreach (var group in groups)
        {
            batch.BatchCommands.Add(Bind(group));
        }

        try
        {
            if (groups.Count > 0)
            {
                await batch.ExecuteNonQueryAsync(cancel);
            }
        }
        catch (PostgresException e) when (e.SqlState == RowWriter.NotWritten)
        {
            groups.Single(group => group.Writer.Name == e.ConstraintName).RefuseMissing(e);
            return;
        }

        Array.ForEach(piece, commitment => commitment.Settle(new CommitOutcome.Committed()));
    }

    private static NpgsqlBatchCommand Bind(RowGroup group)
    {
        try
        {
            return group.Command();
        }
        catch (UnreadableRowException e)
        {
            throw new UnreadableChangeException(group.OwnerOf(e.Row), e.InnerException!);
        }
    }

    private static Commitment[] Unsettled(Commitment[] piece) => Array.FindAll(piece, commitment => !commitment.IsSettled);

    private static bool IsRejection(PostgresException e) =>
        e.SqlState.StartsWith("23", StringComparison.Ordinal) || e.SqlState.StartsWith("22", StringComparison.Ordinal);

    /// <summary>An error of this transaction, which is rolled back; not of the connection (08), of lacking memory or disk (53, 58), of a
    /// database that stops or a statement that took too long (57), or of one that cannot be written at all (25).</summary>
    private static bool IsOfWhatWasSent(PostgresException e) => e.SqlState[..2] is not ("08" or "25" or "53" or "57" or "58");
}

/// <summary>A change that cannot be written because a column of a row throws, with the cause.</summary>
internal sealed class UnreadableChangeException(Commitment commitment, Exception cause) : Exception(cause.Message, cause)
{
    public Commitment Commitment => commitment;
}
