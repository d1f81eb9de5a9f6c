using Microsoft.Data.Sqlite;

namespace WebApi.Orders;

/// <summary>Orders in a SQLite file. A connection a call: the provider pools them.</summary>
internal sealed class OrderStore
{
    private const int Stock = 1_000;

    private readonly string _connectionString;
    private readonly TimeProvider _time;

    public OrderStore(IConfiguration configuration, TimeProvider time)
    {
        _connectionString = new SqliteConnectionStringBuilder { DataSource = configuration["Orders:Database"] }.ToString();
        _time = time;
        Execute("PRAGMA journal_mode = WAL");
        Execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT, item TEXT, quantity INTEGER, placed_at TEXT)");
    }

    public async Task<Order> AddAsync(NewOrder order, CancellationToken cancellationToken)
    {
        if (order.Quantity > Stock)
            throw new OutOfStockException(order.Item, order.Quantity);

        var placedAt = _time.GetUtcNow().ToString("O");
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO orders (customer, item, quantity, placed_at) VALUES ($customer, $item, $quantity, $placed_at) RETURNING id";
        command.Parameters.AddWithValue("$customer", order.Customer);
        command.Parameters.AddWithValue("$item", order.Item);
        command.Parameters.AddWithValue("$quantity", order.Quantity);
        command.Parameters.AddWithValue("$placed_at", placedAt);
        var id = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return new(id, order.Customer, order.Item, order.Quantity, placedAt);
    }

    public async Task<Order?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT customer, item, quantity, placed_at FROM orders WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(id, reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3))
            : null;
    }

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM orders";
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Moves what is in the write-ahead log into the file, so that the file alone is the whole database.</summary>
    public void Checkpoint() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
