//! Scratch.
use crate::export::rows;
use futures::StreamExt;
use hearth_backend::testing::TestHouse;
use std::io::Write;

fn rss() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread")]
#[ignore]
async fn scale() {
    let house = TestHouse::start().await;
    let anna = house.annas();
    seed(&house, anna.user().0).await;
    let before = rss();
    let began = std::time::Instant::now();
    let mut pieces = Box::pin(anna.export().await.unwrap().into_stream());
    let (mut peak, mut bytes) = (0, 0u64);
    let mut file = std::fs::File::create("/tmp/scale.zip").unwrap();
    while let Some(piece) = pieces.next().await {
        let piece = piece.unwrap();
        bytes += piece.len() as u64;
        file.write_all(&piece).unwrap();
        peak = peak.max(rss());
    }
    eprintln!("export: {bytes} bytes in {:?}, RSS {before} -> peak {peak} MiB", began.elapsed());
    let maria = house.backend.for_user(house.person("Maria").await);
    let mut incoming = maria.incoming_archive().await.unwrap();
    let mut file = std::fs::File::open("/tmp/scale.zip").unwrap();
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = std::io::Read::read(&mut file, &mut piece).unwrap();
        if read == 0 { break; }
        incoming.write(&piece[..read]).await.unwrap();
    }
    let (before, began, mut peak) = (rss(), std::time::Instant::now(), 0);
    let mut report = maria.import(incoming).await.unwrap();
    while report.is_running() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        peak = peak.max(rss());
        report = maria.import_report().await.unwrap().unwrap();
    }
    eprintln!("import: {report:?} in {:?}, RSS {before} -> peak {peak} MiB", began.elapsed());
    eprintln!("messages {}", rows(&house, "select count(*) from messages where origin_id is not null").await);
}

async fn seed(house: &TestHouse, anna: uuid::Uuid) {
    let pool = sqlx::PgPool::connect_with(house.database.superuser.clone()).await.unwrap();
    sqlx::query(
        "with c as (
            insert into conversations (id, space_id, author_id, title, memory, next_ordinal, created_at)
            select gen_random_uuid(), $1, $1, 'Talk ' || n, true, 101, now() - make_interval(secs => n)
            from generate_series(1, 1000) n returning id
         ), q as (
            select c.id as conversation, t, gen_random_uuid() as question, gen_random_uuid() as answer
            from c, generate_series(1, 50) t
         ), m as (
            insert into messages (id, space_id, conversation_id, parent_id, ordinal, said_by, author_id)
            select question, $1, conversation, lag(answer) over (partition by conversation order by t), 2 * t - 1, 'person', $1::uuid from q
            union all
            select answer, $1, conversation, question, 2 * t, 'model', null from q
         ), a as (
            insert into answers (id, space_id, conversation_id, status, model)
            select answer, $1, conversation, 'done', 'tiny' from q
         )
         insert into message_parts (message_id, space_id, position, kind, text)
         select question, $1, 0, 'text', 'Question ' || t || (select string_agg(md5(random()::text || t || s), ' ') from generate_series(1, 30) s) from q
         union all select answer, $1, 0, 'text', 'Answer ' || t || (select string_agg(md5(random()::text || t || s), ' ') from generate_series(1, 30) s) from q",
    )
    .bind(anna).execute(&pool).await.unwrap();
    let folder = house.files.join(anna.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("ab".repeat(32)), vec![7_u8; 25 << 20]).unwrap();
    sqlx::query(
        "insert into attachments (id, space_id, author_id, message_id, kind, name, folder, hash, media_type, size_bytes)
         select gen_random_uuid(), $1, $1, id, 'pdf', 'large.pdf', $1, $2, 'application/octet-stream', 26214400
         from messages where said_by = 'person' and ordinal = 1 limit 175",
    )
    .bind(anna).bind(vec![0xab_u8; 32]).execute(&pool).await.unwrap();
    pool.close().await;
}
