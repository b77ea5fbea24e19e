using System.Net.Sockets;
using System.Security.Authentication;
using PaymentGateway.Settings;

namespace PaymentGateway.Identity;

/// <summary>Redis did not answer, or said no.</summary>
internal sealed class RedisException(string why, Exception? cause = null) : Exception(why, cause);

/// <summary>
/// As much of a client as rate limits need: one connection, opened when it is first used and again when it broke, and transactions of
/// commands that answer with numbers, one after the other.
/// </summary>
internal sealed class RedisClient(RedisAddress address, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim turn = new(1);
    private RedisConnection? connection;

    /// <summary>Runs the commands together, all or none, with nobody else's between them.</summary>
    /// <returns>Their answers in order.</returns>
    /// <exception cref="RedisException">It is not known whether they were run.</exception>
    public async Task<IReadOnlyList<long>> Transaction(IReadOnlyList<string[]> commands, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        using var late = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        var isWhole = false;
        try
        {
            connection ??= await RedisConnection.Open(address, either.Token);
            var answers = await connection.Transaction(commands, either.Token);
            isWhole = true;
            return answers;
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            throw new RedisException($"Redis at {address} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new RedisException($"Redis at {address} did not answer within {patience.TotalSeconds:0} s.", e);
        }
        finally
        {
            // After anything else an answer may still be on its way, and would be taken for that of the next commands.
            if (!isWhole)
            {
                await Drop();
            }

            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Drop();
        turn.Dispose();
    }

    private async Task Drop()
    {
        if (connection is { } broken)
        {
            connection = null;
            await broken.DisposeAsync();
        }
    }
}
